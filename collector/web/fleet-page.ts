import { counted } from '../../shared/wording.ts';
import type { ClusterSummary } from '../summary.ts';
import { type Html, html } from './html.ts';
import { badge, clusterHref, nodeHref, page, relativeTime } from './layout.ts';

/** The front page: every cluster with its gates, the ones that need attention first. */
export function fleetPage(summaries: readonly ClusterSummary[], now: Date): string {
  const sorted = [...summaries].sort(
    (one, other) => attention(other) - attention(one) || compare(one.cluster, other.cluster),
  );
  return page({
    title: 'Clusters',
    trail: [],
    at: now,
    json: '/api/v1/clusters',
    main: html`<h1>Clusters</h1>
${sorted.length === 0 ? nothingYet : html`<ul class="clusters">${sorted.map(clusterCard)}</ul>`}`,
  });
}

const nothingYet = html`<div class="notice"><h2>No report yet</h2>
<p>A cluster appears here with its first report or its policy. To deliver one:</p>
<ol>
<li>Make a token for its agents: <code>muster token create --role agent --cluster NAME</code></li>
<li>On each node: <code>muster-agent push --collector URL --token-file FILE</code></li>
</ol></div>`;

function clusterCard(summary: ClusterSummary): Html {
  const { cluster, gates, findings } = summary;
  return html`<li class="card">
<h2><a href="${clusterHref(cluster)}">${cluster}</a></h2>
<ul class="gates-line" aria-label="Gates">${gates.map(
    ({ gate, state }) => html`<li><span class="label">${gate}</span> ${badge(state)}</li>`,
  )}</ul>
<dl class="figures">
<div><dt>Nodes reported</dt><dd>${summary.reported} of ${summary.expected}</dd></div>
<div><dt>Oldest report</dt><dd>${oldestOf(summary)}</dd></div>
<div><dt>Findings</dt>
<dd>${findings.fail} fail · ${findings.unknown} unknown · ${findings.warn} warn</dd></div>
</dl>
${absentOf(summary)}</li>
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

function attention({ gates }: ClusterSummary): number {
  const weights = { closed: 2, undecided: 1, open: 0 };
  return Math.max(0, ...gates.map(({ state }) => weights[state]));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
