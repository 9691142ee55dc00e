import type { Finding, Verdict } from '../../shared/check.ts';
import type { Fleet, FleetNode } from '../../shared/fleet.ts';
import { worseOf, worstFirst } from '../summary.ts';
import { type Html, html } from './html.ts';
import { badge, nodeHref, relativeTime } from './layout.ts';

/** One line of the grid. */
export interface GridRow {
  node: FleetNode;
  /** by check group; a group that says nothing of the node has none */
  cells: Map<string, Verdict>;
}

export interface Grid {
  groups: string[];
  rows: GridRow[];
  /** of the checks across nodes that lie at no single one, by group */
  across: Map<string, Verdict>;
}

/** Nodes by check groups, each cell the worst verdict of its findings, the worst rows first. */
export function gridOf(fleet: Fleet): Grid {
  const rows = fleet.nodes.map((node) => ({
    node,
    cells: worstByGroup([...node.findings, ...laidAt(fleet, node.node)]),
  }));
  const groups = [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))];
  // A node without a fresh report was not judged: unknown in every group, not blank.
  for (const { node, cells } of rows) {
    if (node.freshness === 'fresh') continue;
    for (const group of groups) if (!cells.has(group)) cells.set(group, 'unknown');
  }
  rows.sort((one, other) => compareWeights(weightOf(one), weightOf(other)));
  return { groups, rows, across: worstByGroup(laidAt(fleet, null)) };
}

/** The group of a check is what stands before the first dot of its id. */
export function groupOf(check: string): string {
  return check.split('.')[0] ?? check;
}

/** The grid as a table that can be scrolled, and as cards where it is narrow. */
export function gridTable(cluster: string, { groups, rows, across }: Grid): Html {
  return html`<div class="scroll" role="region" aria-label="Nodes and checks" tabindex="0">
<table class="grid" role="table">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Node</th>${groups.map(
    (group) => html`<th role="columnheader" scope="col">${group}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">
${rows.map((row) => gridRow(cluster, groups, row))}</tbody>
</table></div>
${across.size === 0 ? null : acrossList(across)}`;
}

function acrossList(across: ReadonlyMap<string, Verdict>): Html {
  const items = [...across].map(([group, verdict]) => html`<li>${group} ${badge(verdict)}</li>`);
  return html`<p class="label">Across the nodes</p><ul class="tally">${items}</ul>`;
}

function gridRow(cluster: string, groups: readonly string[], { node, cells }: GridRow): Html {
  const href = nodeHref(cluster, node.node);
  const passing = [...cells.values()].filter((verdict) => verdict === 'pass').length;
  return html`<tr role="row"><th role="rowheader" scope="row">${rowHead(href, node)}</th>
${groups.map((group) => gridCell(href, group, cells.get(group)))}
<td role="cell" class="sum">${passing} of ${cells.size} groups pass</td></tr>
`;
}

function rowHead(href: string, { node, report, ageMs, freshness, expected }: FleetNode): Html {
  const when = report === null || ageMs === null ? null : relativeTime(report.collectedAt, ageMs);
  const words = { fresh: '', stale: 'too old: ', missing: 'no report' }[freshness];
  return html`<a href="${href}">${node}</a>
<span class="age">${words}${when}${expected ? null : ', not in the policy'}</span>`;
}

function gridCell(href: string, group: string, verdict: Verdict | undefined): Html {
  if (verdict === undefined) {
    return html`<td role="cell" class="none"><span class="unsaid">nothing asked</span></td>`;
  }
  const label = html`<span class="narrow">${group} </span>${badge(verdict)}`;
  const finding = `${href}#checks-${encodeURIComponent(group)}`;
  return html`<td role="cell" class="${verdict}"><a href="${finding}">${label}</a></td>`;
}

function worstByGroup(findings: readonly Finding[]): Map<string, Verdict> {
  const worst = new Map<string, Verdict>();
  for (const { check, verdict } of findings) {
    const group = groupOf(check);
    const known = worst.get(group);
    worst.set(group, known === undefined ? verdict : worseOf(known, verdict));
  }
  return worst;
}

function laidAt(fleet: Fleet, node: string | null): Finding[] {
  return fleet.clusterFindings.filter((finding) => finding.node === node);
}

/** How many cells of each verdict, the worst first; names break ties as the fleet is sorted. */
function weightOf({ cells }: GridRow): number[] {
  const all = [...cells.values()];
  return worstFirst.map((verdict) => all.filter((one) => one === verdict).length);
}

function compareWeights(one: readonly number[], other: readonly number[]): number {
  for (const [index, count] of one.entries()) {
    const difference = (other[index] ?? 0) - count;
    if (difference !== 0) return difference;
  }
  return 0;
}
