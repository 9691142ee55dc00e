import type { Verdict } from '../../shared/check.ts';
import type { FleetNode } from '../../shared/fleet.ts';
import { counted } from '../../shared/wording.ts';
import { alikeRows, type Grid, type GridRow } from './grid.ts';
import { type Html, html } from './html.ts';
import { badge, nodeHref, relativeTime } from './layout.ts';

/** The grid as a table that can be scrolled, and as cards where it is narrow. */
export function gridTable(cluster: string, grid: Grid, shown: string): Html {
  const { across } = grid;
  const groups = shown === '' ? grid.groups : grid.groups.filter((group) => group === shown);
  if (grid.rows.length === 0) return html`<p class="none-yet">No node with such a finding.</p>`;
  return html`<div class="scroll" role="region" aria-label="Nodes and checks" tabindex="0">
<table class="grid" role="table">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Node</th>${groups.map(
    (group) => html`<th role="columnheader" scope="col">${group}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">
${alikeRows(grid).map((alike) => gridRow(cluster, groups, alike))}</tbody>
</table></div>
${across.size === 0 ? null : acrossList(across)}`;
}

function acrossList(across: ReadonlyMap<string, Verdict>): Html {
  const items = [...across].map(([group, verdict]) => html`<li>${group} ${badge(verdict)}</li>`);
  return html`<p class="label">Across the nodes</p><ul class="tally">${items}</ul>`;
}

function gridRow(cluster: string, groups: readonly string[], alike: readonly GridRow[]): Html {
  const [first] = alike;
  if (first === undefined) return html``;
  const { node, cells } = first;
  const href = nodeHref(cluster, node.node);
  const passing = [...cells.values()].filter((verdict) => verdict === 'pass').length;
  const head = alike.length === 1 ? rowHead(href, node) : sharedHead(cluster, alike);
  return html`<tr role="row"><th role="rowheader" scope="row">${head}</th>
${groups.map((group) => gridCell(href, group, first))}
<td role="cell" class="sum">${passing} of ${cells.size} groups pass</td></tr>
`;
}

function rowHead(href: string, { node, report, ageMs, freshness, expected }: FleetNode): Html {
  const when = report === null || ageMs === null ? null : relativeTime(report.collectedAt, ageMs);
  return html`<a href="${href}">${node}</a>
<span class="age">${freshnessWords[freshness]}${when}${expected ? null : NOT_NAMED}</span>`;
}

const NOT_NAMED = ', not in the policy';
const freshnessWords = { fresh: '', stale: 'too old: ', missing: 'no report' };

function sharedHead(cluster: string, alike: readonly GridRow[]): Html {
  const [first] = alike;
  const links = alike.map(
    ({ node }) => html`<li><a href="${nodeHref(cluster, node.node)}">${node.node}</a></li>`,
  );
  const words = {
    fresh: '',
    stale: ', reports too old',
    missing: ', no report',
  }[first?.node.freshness ?? 'fresh'];
  const named = first?.node.expected ? null : NOT_NAMED;
  return html`<details><summary>${counted(alike.length, 'node')} alike${words}${named}</summary>
<ul class="alike">${links}</ul></details>`;
}

function gridCell(href: string, group: string, { cells, waived }: GridRow): Html {
  const verdict = cells.get(group);
  const aside = waived.get(group) ?? 0;
  if (verdict === undefined && aside === 0) {
    return html`<td role="cell" class="none"><span class="unsaid">nothing asked</span></td>`;
  }
  const mark = aside === 0 ? null : html` <span class="aside">${aside} waived</span>`;
  const label = html`<span class="narrow">${group} </span>${
    verdict === undefined ? null : badge(verdict)
  }${mark}`;
  const finding = `${href}#checks-${encodeURIComponent(group)}`;
  const kind = aside === 0 ? (verdict ?? '') : `${verdict ?? ''} set-aside`;
  return html`<td role="cell" class="${kind}"><a href="${finding}">${label}</a></td>`;
}
