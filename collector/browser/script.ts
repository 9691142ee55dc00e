import { mending } from './mending.ts';

/**
 * The one module of the pages: plain JavaScript as browsers get it, its types checked by a test.
 * It copies, filters without a reload, keeps the page up to date; all pages serve without it.
 */
export const script = `${mending}
const ASK_EVERY_MS = 30_000;
const TYPING_MS = 250;
const SAID_MS = 2_500;

/** What is known of the collector: when it last answered, and how far our clock is from its own. */
const heard = { atMs: Date.now(), lost: '', aheadMs: /** @type {number | null} */ (null) };
let asking = 0;

start();

function start() {
  prepare();
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('[data-copy]') : null;
    if (button instanceof HTMLButtonElement) void copy(button);
  });
  for (const kind of ['input', 'change', 'submit']) document.addEventListener(kind, filter);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void refresh();
  });
  setInterval(() => void refresh(), ASK_EVERY_MS);
  setInterval(showAges, 1_000);
}

/** Buttons that only work with this script are hidden until it is here. */
function prepare() {
  for (const button of document.querySelectorAll('button[data-copy]')) {
    button.removeAttribute('hidden');
  }
}

/** @param {HTMLButtonElement} button */
async function copy(button) {
  const before = button.textContent ?? '';
  const done = await copied(button.dataset.copy ?? '');
  button.textContent = done ? 'Copied' : 'Not copied';
  announce(done ? 'Copied' : 'It could not be copied: select it and copy it by hand');
  setTimeout(() => {
    button.textContent = before;
  }, SAID_MS);
}

/** @param {string} text */
async function copied(text) {
  // Over plain HTTP from another machine browsers give no clipboard.
  if (navigator.clipboard === undefined) return copiedBySelection(text);
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => copiedBySelection(text),
  );
}

/** @param {string} text */
function copiedBySelection(text) {
  const focused = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}

/** @type {number | undefined} */
let typing;

/** The address bar follows the form, so that what is seen can be shared. @param {Event} event */
function filter(event) {
  const target = event.target;
  const form = target instanceof Element ? target.closest('form[data-filters]') : null;
  if (!(form instanceof HTMLFormElement)) return;
  if (event.type === 'submit') event.preventDefault();
  clearTimeout(typing);
  typing = setTimeout(() => {
    const address = new URL(form.action);
    for (const [name, value] of new FormData(form)) {
      if (value !== '') address.searchParams.append(name, String(value));
    }
    if (address.href === location.href) return;
    history.replaceState(null, '', address);
    void load('');
  }, event.type === 'input' ? TYPING_MS : 0);
}

/** Asks whether the page changed; it is not sent again when not. */
async function refresh() {
  const version = mainOf(document)?.dataset.version;
  if (document.hidden || version === undefined) return;
  await load(version);
}

/** @param {string} version */
async function load(version) {
  asking += 1;
  const mine = asking;
  const main = mainOf(document);
  try {
    main?.setAttribute('aria-busy', 'true');
    /** @type {Record<string, string>} */
    const known = version === '' ? {} : { 'if-none-match': '"' + version + '"' };
    const headers = { accept: 'text/html', ...known };
    const answer = await fetch(location.href, { headers, cache: 'no-store' });
    const text = answer.status === 200 ? await answer.text() : '';
    // Who typed on meanwhile waits for a newer answer.
    if (mine !== asking) return;
    told(answer);
    if (text !== '') replace(new DOMParser().parseFromString(text, 'text/html'));
  } catch {
    lose('connection lost, trying again');
  } finally {
    if (mine === asking) main?.removeAttribute('aria-busy');
    showAges();
  }
}

/** @param {Response} answer */
function told(answer) {
  const date = Date.parse(answer.headers.get('date') ?? '');
  if (!Number.isNaN(date)) heard.aheadMs = date - Date.now();
  if (answer.status === 200 || answer.status === 304) {
    heard.atMs = Date.now();
    heard.lost = '';
  } else if (answer.status === 401) {
    lose('signed out: load the page again');
  } else {
    lose('the collector answers with ' + answer.status + ', trying again');
  }
}

/** @param {string} why */
function lose(why) {
  if (heard.lost === '') announce(why);
  heard.lost = why;
}

/** @param {Document} next */
function replace(next) {
  const [main, other] = [mainOf(document), mainOf(next)];
  if (main === null || other === null) return;
  mend(main, other);
  const [foot, otherFoot] = [document.querySelector('.foot'), next.querySelector('.foot')];
  if (foot !== null && otherFoot !== null) mend(foot, otherFoot);
  document.title = next.title;
  prepare();
}

/** @param {Document} of */
function mainOf(of) {
  return of.querySelector('main');
}

function showAges() {
  const live = document.getElementById('live');
  if (live !== null && mainOf(document)?.dataset.version !== undefined) {
    const words = heard.lost || 'updated ' + ago(Date.now() - heard.atMs);
    if (live.textContent !== words) live.textContent = words;
    live.classList.toggle('lost', heard.lost !== '');
    live.hidden = false;
  }
  const { aheadMs } = heard;
  if (aheadMs === null) return;
  for (const time of document.querySelectorAll('time[title]')) {
    const ageMs = Date.now() + aheadMs - Date.parse(time.getAttribute('datetime') ?? '');
    const words = ago(ageMs);
    if (!Number.isNaN(ageMs) && time.textContent !== words) time.textContent = words;
  }
}

/** @param {number} ms */
function ago(ms) {
  if (Math.abs(ms) < 1000) return 'just now';
  return ms < 0 ? duration(-ms) + ' ahead' : duration(ms) + ' ago';
}

/** As the collector says it: the two largest units. @param {number} ms */
function duration(ms) {
  const seconds = Math.round(ms / 1000);
  /** @type {[number, string][]} */
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0 s';
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return shown.map(([count, unit]) => count + ' ' + unit).join(' ');
}

/** Said to those who do not see it. @param {string} words */
function announce(words) {
  const place = document.getElementById('announcement');
  if (place !== null) place.textContent = words;
}
`;
