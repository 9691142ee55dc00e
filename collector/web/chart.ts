import { groupedBy } from '../../shared/grouping.ts';
import { type Html, html } from './html.ts';
import { exactTime } from './layout.ts';

/** One value at one time; null: it was not told, and the line is broken there. */
export interface Point {
  at: Date;
  value: number | null;
}

/** What is drawn: a line over time, and how to say a value. */
export interface Chart {
  title: string;
  points: readonly Point[];
  /** the value with its unit */
  words(value: number): string;
  /** where the axis begins; null: at the least value */
  floor: number | null;
}

const WIDTH = 640;
const HEIGHT = 120;
const MARGIN = 4;
/** A line of more points than pixels says nothing more. */
const COLUMNS = WIDTH / 2;
const ROWS_MAX = 60;

/** A small line chart, and the same as a table for whoever does not see it; null: nothing told. */
export function chart({ title, points, words, floor }: Chart): Html | null {
  const told = points.flatMap(({ at, value }) => (value === null ? [] : [{ at, value }]));
  const [first, last] = [told.at(0), told.at(-1)];
  if (first === undefined || last === undefined) return null;
  const values = told.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const range = `least ${words(least)}, most ${words(most)}`;
  const scale = {
    fromMs: first.at.getTime(),
    toMs: last.at.getTime(),
    least: floor ?? least,
    most,
  };
  return html`<figure class="chart"><figcaption><b>${title}</b> now ${words(last.value)}
<span class="why">${range}</span></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title} over time: ${range}"
preserveAspectRatio="none"><path class="line" d="${pathOf(seenOf(points, scale), scale)}" /></svg>
<p class="axis why"><span>${exactTime(first.at)}</span><span>${exactTime(last.at)}</span></p>
${tableOf(title, told, words)}</figure>`;
}

interface Scale {
  fromMs: number;
  toMs: number;
  least: number;
  most: number;
}

/** Of the points of one column the least and the most: no peak is lost. */
function seenOf(points: readonly Point[], { fromMs, toMs }: Scale): Point[] {
  if (points.length <= COLUMNS) return [...points];
  const columnOf = ({ at }: Point) =>
    Math.floor(((at.getTime() - fromMs) / (toMs - fromMs)) * COLUMNS);
  return [...groupedBy(points, columnOf).values()].flatMap((some) => {
    const told = some.filter(({ value }) => value !== null);
    if (told.length === 0) return some.slice(0, 1);
    const least = told.reduce((one, other) => (levelOf(other) < levelOf(one) ? other : one));
    const most = told.reduce((one, other) => (levelOf(other) > levelOf(one) ? other : one));
    return some.filter((point) => point === least || point === most);
  });
}

function levelOf({ value }: Point): number {
  return value ?? Number.NaN;
}

function pathOf(points: readonly Point[], scale: Scale): string {
  let broken = true;
  return points
    .flatMap(({ at, value }) => {
      if (value === null) {
        broken = true;
        return [];
      }
      const step = `${broken ? 'M' : 'L'}${placeOf(at.getTime(), value, scale)}`;
      // One point alone would not be seen.
      const dot = broken ? 'h0.1' : '';
      broken = false;
      return [`${step}${dot}`];
    })
    .join('');
}

function placeOf(ms: number, value: number, { fromMs, toMs, least, most }: Scale & object): string {
  const x = toMs === fromMs ? 0.5 : (ms - fromMs) / (toMs - fromMs);
  const y = most === least ? 0.5 : (value - least) / (most - least);
  const place = (share: number, size: number) => (MARGIN + share * (size - 2 * MARGIN)).toFixed(1);
  return `${place(x, WIDTH)} ${place(1 - y, HEIGHT)}`;
}

function tableOf(
  title: string,
  told: readonly { at: Date; value: number }[],
  words: (value: number) => string,
): Html {
  const step = Math.ceil(told.length / ROWS_MAX);
  const shown = told.filter((_, index) => (told.length - 1 - index) % step === 0).reverse();
  const rows = shown.map(
    ({ at, value }) => html`<tr><th scope="row">${exactTime(at)}</th><td>${words(value)}</td></tr>
`,
  );
  return html`<details class="quiet"><summary><span class="why">${title} as a table</span></summary>
<table><thead><tr><th scope="col">When</th><th scope="col">${title}</th></tr></thead>
<tbody>${rows}</tbody></table></details>`;
}
