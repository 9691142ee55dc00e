import type { Verdict } from '../../shared/check.ts';
import type { GateState } from '../../shared/gate.ts';
import { type Html, html, showHtml } from './html.ts';
import { exactTime } from './time.ts';
import { type Viewer, viewerBlock } from './viewer.ts';

/** What an address of the API has, in words, and the address. */
export type JsonLink = readonly [words: string, href: string];

/** A page's content, and what the frame round it has to know. */
export interface PageFrame {
  title: string;
  /** the way here from the front page; the last one is this page */
  trail: { name: string; href: string }[];
  /** the instant the judgements hold for; null where nothing is judged */
  at: Date | null;
  /** the same view as JSON, by what each address has of it */
  json: readonly JsonLink[];
  main: Html;
}

/** A page made, and still without what stands round it. */
export interface Page extends PageFrame {
  /** the content as text, the words of relative times left out: the same as long as it is */
  steady: string;
}

/** What stands round a page for one reader. */
export interface Around {
  /** null: nobody signed in */
  viewer: Viewer | null;
  /** the address of the page, to come back to after signing in */
  path: string;
  /** stands for the content, so that the page can ask for changes; null: it does not ask */
  version: string | null;
  /** what was just done */
  done: string | null;
}

/** A page from its content. */
export function page(frame: PageFrame): Page {
  const steady = showHtml(frame.main).replaceAll(/(<time[^>]*>)[^<]*/g, '$1');
  return { ...frame, steady };
}

/** The whole document. */
export function showPage(shown: Page, around: Around): string {
  const { viewer, path, version, done } = around;
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${shown.title} · Muster</title>
<link rel="stylesheet" href="/assets/style.css">
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<script type="module" src="/assets/muster.js"></script>
</head>
<body>
<a class="jump" href="#main">Skip to the content</a>
<header class="top">
<nav aria-label="Breadcrumb"><ol>
<li><a class="brand" href="/">Muster</a></li>
${shown.trail.map(crumb)}</ol></nav>
<nav aria-label="Site"><ul class="site">
${siteLink('/', 'Clusters', shown)}${siteLink('/operations', 'Operations', shown)}</ul></nav>
${viewerBlock(viewer, path)}
</header>
${done === null ? null : html`<p class="done" role="status">${done}</p>`}
<main id="main"${version === null ? null : html` data-version="${version}"`}>
${shown.main}
</main>
<footer class="foot">${footer(shown, viewer)}</footer>
<p class="unsaid" id="announcement" role="status"></p>
</body>
</html>
`;
  return showHtml(document);
}

function siteLink(href: string, name: string, { title }: PageFrame): Html {
  const here = title === name ? html` aria-current="page"` : null;
  return html`<li><a href="${href}"${here}>${name}</a></li>
`;
}

function crumb(step: { name: string; href: string }, index: number, all: unknown[]): Html {
  return index === all.length - 1
    ? html`<li aria-current="page">${step.name}</li>
`
    : html`<li><a href="${step.href}">${step.name}</a></li>
`;
}

function footer({ at, json }: PageFrame, viewer: Viewer | null): Html {
  const judged = at === null ? null : html`<span>Judged at ${exactTime(at)}</span>`;
  const needs = viewer === null ? ' (sign in, or send a reader token)' : '';
  const links = json.map(
    ([words, href], index) => html`${index === 0 ? null : ', '}<a href="${href}">${words}</a>`,
  );
  const link = json.length === 0 ? null : html`<span>JSON: ${links}${needs}</span>`;
  return html`${judged}${link}<span id="live" hidden></span>`;
}

const signs: Readonly<Record<Verdict | GateState, string>> = {
  pass: '✓',
  warn: '!',
  fail: '✕',
  unknown: '?',
  skip: '–',
  open: '✓',
  closed: '✕',
  undecided: '?',
};

/** A verdict or a gate's state: sign, word and colour, so that none is needed alone. */
export function badge(word: Verdict | GateState): Html {
  const sign = html`<span class="sign" aria-hidden="true">${signs[word]}</span>`;
  return html`<span class="badge ${word}">${sign} ${word}</span>`;
}

/** The address of a cluster's page. */
export function clusterHref(cluster: string): string {
  return `/clusters/${encodeURIComponent(cluster)}`;
}

/** The address of a node's page. */
export function nodeHref(cluster: string, node: string): string {
  return `${clusterHref(cluster)}/nodes/${encodeURIComponent(node)}`;
}

export { exactTime, relativeTime } from './time.ts';
