import type { SectionDrift } from '../../shared/drift.ts';
import { formatBytes, formatDuration } from '../../shared/units.ts';
import { counted } from '../../shared/wording.ts';
import type { PastReport, SeriesPoint, StandingChange } from '../store/store.ts';
import { troublesOf } from './changes.ts';
import { chart } from './chart.ts';
import { type Html, html } from './html.ts';
import { badge, exactTime, relativeTime } from './layout.ts';

/** What is known of a node over time. */
export interface NodeHistory {
  /** newest first */
  changes: readonly StandingChange[];
  /** oldest first */
  series: readonly SeriesPoint[];
  /** how many days of it are asked for */
  days: number;
  drift: DriftView;
}

/** What changed between two reports, and which others there are to choose. */
export interface DriftView {
  /** newest first: some that follow each other, and those that are compared */
  reports: readonly PastReport[];
  /** the id to ask for what is older than these; null: nothing is */
  olderThan: number | null;
  /** null: there are no two that differ, or one asked for is not there */
  between: { from: PastReport; to: PastReport; sections: readonly SectionDrift[] } | null;
}

/** The spans that can be drawn. */
export const spans = [1, 7, 30, 365] as const;

/** How the verdict of a node changed, newest first. */
export function timelineSection({ changes }: NodeHistory, now: Date): Html {
  const items = changes.map(({ at, was, verdict, fails, unknowns, warns }) => {
    const counts = troublesOf({ fails, unknowns, warns });
    const before = was === null ? 'first judged' : html`${badge(was)} <span class="to">to</span>`;
    return html`<li class="${verdict}">
<span class="when">${relativeTime(at.toISOString(), now.getTime() - at.getTime())}</span>
<span>${was === verdict ? null : before} ${badge(verdict)} <span class="why">${counts}</span></span>
</li>
`;
  });
  const none = html`<p class="why">No change was noted yet.</p>`;
  const list = html`<ol class="timeline">${items}</ol>`;
  return html`<section aria-labelledby="history"><h2 id="history">History of its verdict</h2>
${items.length === 0 ? none : list}</section>`;
}

/** Free space, memory and clock over time. */
export function chartsSection({ series, days }: NodeHistory, href: string): Html {
  const of = (pick: (point: SeriesPoint) => number | null) =>
    series.map((point) => ({ at: point.at, value: pick(point) }));
  const charts = [
    chart({
      ...{ title: 'Volume group, free', words: formatBytes, floor: 0 },
      points: of(({ vgFreeBytes }) => vgFreeBytes),
    }),
    chart({
      ...{ title: 'Memory available', words: formatBytes, floor: 0 },
      points: of(({ memoryAvailableBytes }) => memoryAvailableBytes),
    }),
    chart({
      ...{ title: 'Clock offset', words: offsetWords, floor: null },
      points: of(({ clockOffsetMs }) => clockOffsetMs),
    }),
  ].filter((one) => one !== null);
  const links = spans.map((span) => {
    const here = span === days ? html` aria-current="true"` : null;
    return html`<li><a href="${href}?days=${span}#figures"${here}>${counted(span, 'day')}</a></li>
`;
  });
  const none = html`<p class="why">Nothing was reported in this time.</p>`;
  return html`<section aria-labelledby="figures"><h2 id="figures">Over time</h2>
<nav aria-label="Span of the charts"><ul class="contents">${links}</ul></nav>
${charts.length === 0 ? none : html`<div class="charts">${charts}</div>`}</section>`;
}

function offsetWords(ms: number): string {
  return Math.abs(ms) < 1000
    ? `${Number(ms.toFixed(3))} ms`
    : `${ms < 0 ? '-' : ''}${formatDuration(Math.abs(ms))}`;
}

/** What changed between two reports; any two can be chosen. */
export function driftSection(view: DriftView, href: string): Html {
  const { between } = view;
  return html`<section aria-labelledby="drift"><h2 id="drift">What changed</h2>
${between === null ? nothing : betweenBlock(between)}
${view.reports.length < 2 ? null : chooser(view, href)}</section>`;
}

const nothing = html`<p class="why">No two of its reports differ, but for facts that always
change.</p>`;

function betweenBlock({ from, to, sections }: NonNullable<DriftView['between']>): Html {
  const head = html`<p class="lead">From the report of ${exactTime(from.collectedAt)} to that of
${exactTime(to.collectedAt)}:</p>`;
  if (sections.length === 0) {
    return html`${head}<p>The two say the same, but for facts that always change.</p>`;
  }
  return html`${head}<ul class="causes">${sections.map(sectionItem)}</ul>`;
}

const absent = html`<span class="absent-fact">not there</span>`;

function sectionItem({ section, drifts }: SectionDrift): Html {
  const rows = drifts.map(
    ({ path, from, to }) => html`<tr><th scope="row"><code>${path || 'the section'}</code></th>
<td>${from === null ? absent : html`<del>${from}</del>`}</td>
<td>${to === null ? absent : html`<ins>${to}</ins>`}</td></tr>
`,
  );
  return html`<li class="cause"><h3>${section}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Changes of ${section}"><table>
<thead><tr><th scope="col">Fact</th><th scope="col">Before</th>
<th scope="col">After</th></tr></thead>
<tbody>${rows}</tbody></table></div></li>`;
}

function chooser({ reports, between, olderThan }: DriftView, href: string): Html {
  const choice = (name: string, label: string, chosen: number | undefined) =>
    html`<label for="${name}">${label}</label>
<select id="${name}" name="${name}">${reports.map(
      ({ id, collectedAt }) =>
        html`<option value="${id}"${id === chosen ? html` selected` : null}>${collectedAt
          .toISOString()
          .slice(0, 19)
          .replace('T', ' ')} UTC</option>`,
    )}</select>`;
  const older =
    olderThan === null
      ? null
      : html`<a href="${olderHref(href, between, olderThan)}">Older reports</a>`;
  return html`<form class="filters" method="get" action="${href}#drift">
${choice('from', 'From', between?.from.id)} ${choice('to', 'to', between?.to.id)}
<button>Compare</button>
${older}</form>`;
}

/** The two that are compared stay chosen while one looks for another. */
function olderHref(href: string, between: DriftView['between'], olderThan: number): string {
  const pair = between === null ? {} : { from: `${between.from.id}`, to: `${between.to.id}` };
  return `${href}?${new URLSearchParams({ ...pair, before: `${olderThan}` })}#drift`;
}
