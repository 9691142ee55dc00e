import type { Verdict } from '../../shared/check.ts';
import { groupedBy } from '../../shared/grouping.ts';
import { counted, listed } from '../../shared/wording.ts';
import type { ConfiguredType } from '../configured-cpu-type.ts';
import type { CpuAdvice } from '../cpu-advice.ts';
import type { ClusterSummary } from '../summary.ts';
import { changesLine, type RecentChange } from './changes.ts';
import { configuredWords, isAsRecommended } from './cpu-section.ts';
import { filterHref } from './filters.ts';
import { type Html, html } from './html.ts';
import { badge, clusterHref, nodeHref, type Page, page, relativeTime } from './layout.ts';

/** A cluster as the front page shows it. */
export interface ClusterCard {
  summary: ClusterSummary;
  configured: ConfiguredType;
  /** null: not asked */
  cpuAdvice: readonly CpuAdvice[] | null;
  /** of the last day, newest first */
  changes: readonly RecentChange[];
}

/** A cluster of which nothing can be told, and why. */
export interface ClusterProblem {
  cluster: string;
  problem: string;
}

/** The front page: every cluster with its gates, the ones that need attention first. */
export function fleetPage(clusters: readonly (ClusterCard | ClusterProblem)[], now: Date): Page {
  const sorted = clusters.toSorted(
    (one, other) => attention(other) - attention(one) || compare(nameOf(one), nameOf(other)),
  );
  return page({
    title: 'Clusters',
    trail: [],
    at: now,
    json: [['clusters', '/api/v1/clusters']],
    main: html`<h1>Clusters</h1>
${sorted.length === 0 ? nothingYet : html`<ul class="clusters">${sorted.map(itemOf)}</ul>`}`,
  });
}

const nothingYet = html`<div class="notice"><h2>No report yet</h2>
<p>A cluster appears here with the first of its nodes. To enrol one:</p>
<ol>
<li>Here: <code>muster token create --cluster NAME --node NODE --ttl 1h</code></li>
<li>On the node: <code>muster-agent enroll --collector URL --token-file FILE</code></li>
<li>And then: <code>muster-agent push</code></li>
</ol></div>`;

function itemOf(one: ClusterCard | ClusterProblem): Html {
  return 'problem' in one ? problemCard(one) : clusterCard(one);
}

function problemCard({ cluster, problem }: ClusterProblem): Html {
  return html`<li class="card trouble"><h2>${cluster}</h2>
<p>${badge('unknown')} It could not be judged: ${problem}</p></li>
`;
}

function clusterCard({ summary, configured, cpuAdvice, changes }: ClusterCard): Html {
  const { cluster, gates } = summary;
  return html`<li class="card">
<h2><a href="${clusterHref(cluster)}">${cluster}</a></h2>
<ul class="gates-line" aria-label="Gates">${gates.map(
    ({ gate, state }) => html`<li><span class="label">${gate}</span> ${badge(state)}</li>`,
  )}</ul>
<dl class="figures">
<div><dt>Nodes reported</dt><dd>${summary.reported} of ${summary.expected}</dd></div>
<div><dt>Oldest report</dt><dd>${oldestOf(summary)}</dd></div>
<div><dt>Findings</dt><dd>${findingsLine(summary)}</dd></div>
${cpuAdvice === null ? null : cpuLine(cpuAdvice, configured)}
<div><dt>Last day</dt><dd>${changesLine(changes)}</dd></div>
</dl>
${absentOf(summary)}</li>
`;
}

/** What is waived is no fail and no warning, and is not hidden either. */
function findingsLine({ cluster, findings, waived }: ClusterSummary): Html {
  const counts = (['fail', 'unknown', 'warn'] as const).map((verdict) =>
    countLink(cluster, verdict, findings[verdict]),
  );
  return html`${counts.map((count, index) => (index === 0 ? count : html` · ${count}`))}${
    waived === 0 ? null : html` · ${countLink(cluster, 'waived', waived)}`
  }`;
}

function countLink(cluster: string, verdict: Verdict | 'waived', count: number): Html {
  if (count === 0) return html`0 ${verdict}`;
  return html`<a href="${filterHref(cluster, { verdict })}">${count} ${verdict}</a>`;
}

function cpuLine(advice: readonly CpuAdvice[], configured: ConfiguredType): Html {
  const same = advice.length > 0 && advice.every((one) => isAsRecommended(one, configured));
  const told = groupedBy(advice, ({ cpuType, level }) => cpuType ?? `none (${level})`);
  const best = [...told].map(([words, some]) => {
    const shown = some[0]?.cpuType == null ? words : html`<code>${words}</code>`;
    const whom = told.size === 1 ? '' : ` for ${listed(some.map(({ group }) => group))}`;
    return html`<span class="one">Recommended${whom}: ${shown}</span>
`;
  });
  return html`<div><dt>cpu_type</dt><dd><span class="one">${configuredWords(configured)}</span>
${same ? html`<span class="one">It is the recommended one.</span>` : best}</dd></div>
`;
}

/** Who does not speak, and who speaks without being asked. */
export function absentOf({ missing, stale, unexpected }: ClusterSummary): Html {
  const lines: [string, readonly string[]][] = [
    ['No report from', missing],
    ['Report too old from', stale],
    ['Reports, but is not in the policy:', unexpected],
  ];
  return html`${lines.map(([words, nodes]) =>
    nodes.length === 0 ? null : html`<p class="absent">${words} ${shortList(nodes)}</p>`,
  )}`;
}

const LISTED_MAX = 5;

function shortList(nodes: readonly string[]): Html {
  const more = nodes.length - LISTED_MAX;
  const shown = nodes.slice(0, LISTED_MAX).join(', ');
  return html`<b>${shown}</b>${more > 0 ? ` and ${counted(more, 'more node')}` : null}`;
}

/** The oldest report among the expected nodes, linked to its node. */
export function oldestOf({ cluster, oldest }: ClusterSummary): Html {
  if (oldest === null) return html`none`;
  const { node, collectedAt, ageMs } = oldest;
  const when = relativeTime(collectedAt, ageMs);
  return html`${when}, <a href="${nodeHref(cluster, node)}">${node}</a>`;
}

function nameOf(one: ClusterCard | ClusterProblem): string {
  return 'problem' in one ? one.cluster : one.summary.cluster;
}

function attention(one: ClusterCard | ClusterProblem): number {
  if ('problem' in one) return 3;
  const weights = { closed: 2, undecided: 1, open: 0 };
  return Math.max(0, ...one.summary.gates.map(({ state }) => weights[state]));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
