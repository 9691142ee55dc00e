import type { FleetNode } from '../../shared/fleet.ts';
import { formatDuration } from '../../shared/units.ts';
import { counted } from '../../shared/wording.ts';
import type { Rejection } from '../store/store.ts';
import { type Administration, administrationSections } from './administration.ts';
import { announcedSection, type ShownEvent } from './announced.ts';
import { type Html, html } from './html.ts';
import {
  badge,
  clusterHref,
  type JsonLink,
  nodeHref,
  type Page,
  page,
  relativeTime,
} from './layout.ts';
import { scrolling } from './table.ts';
import type { Viewer } from './viewer.ts';
import { waiversHref } from './waivers-page.ts';

/** What the page says of one cluster. */
export interface ClusterOperations {
  cluster: string;
  /** nodes of the policy whose report is too old or never came */
  overdue: readonly FleetNode[];
  /** after what age a report is too old */
  limitMs: number;
  waivers: { all: number; expired: number };
}

/** All that the page of the collector's own affairs is made from. */
export interface OperationsView {
  now: Date;
  viewer: Viewer | null;
  clusters: readonly ClusterOperations[];
  rejections: readonly Rejection[];
  /** what was announced lately, newest first */
  announced: readonly ShownEvent[];
  /** null: the viewer is no admin */
  administration: Administration | null;
}

/** A page of names helps nobody; who wants them all has the page of the cluster. */
const OVERDUE_MAX = 50;

/** Who is overdue, what was refused, what is waived; and for admins who may do what. */
export function operationsPage(view: OperationsView): Page {
  const { now, viewer, clusters, rejections, announced, administration } = view;
  return page({
    title: 'Operations',
    trail: [{ name: 'Operations', href: '/operations' }],
    at: now,
    json: jsonOf(administration),
    main: html`<h1>Operations</h1>
<section aria-labelledby="overdue"><h2 id="overdue">Nodes overdue</h2>${overdue(clusters)}</section>
${announcedSection(announced, now)}
<section aria-labelledby="refused"><h2 id="refused">Refused deliveries</h2>
${refusedTable(rejections, now)}</section>
<section aria-labelledby="waivers"><h2 id="waivers">Waivers</h2>${waiverTable(clusters)}</section>
${administration === null ? forAdmins(viewer) : administrationSections(administration)}`,
  });
}

function jsonOf(administration: Administration | null): JsonLink[] {
  const refused: JsonLink = ['refused deliveries', '/api/v1/rejections'];
  if (administration === null || administration.everywhere === null) return [refused];
  return [refused, ['tokens', '/api/v1/tokens'], ['audit log', '/api/v1/audit-log']];
}

function forAdmins(viewer: Viewer | null): Html {
  const how = viewer === null ? 'Sign in as one.' : `You are signed in as ${viewer.role}.`;
  return html`<section aria-labelledby="access"><h2 id="access">Tokens, keys and audit log</h2>
<p class="why">Admins see and change these here. ${how}</p></section>`;
}

function overdue(clusters: readonly ClusterOperations[]): Html {
  const all = clusters.flatMap((one) => one.overdue.map((node) => ({ ...one, node })));
  if (all.length === 0) return html`<p>Every node that is expected reported in time.</p>`;
  const rows = all.slice(0, OVERDUE_MAX).map(
    ({ cluster, node, limitMs }) => html`<tr>
<th scope="row"><a href="${nodeHref(cluster, node.node)}">${node.node}</a></th>
<td>${lastOf(node)}</td><td>after ${formatDuration(limitMs)}</td>
<td><a href="${clusterHref(cluster)}">${cluster}</a></td><td>${badge('unknown')}</td></tr>
`,
  );
  const more = all.length - rows.length;
  return html`${scrolling('Nodes overdue', [
    // on a phone the first two are seen at once
    ['Node', 'Last report', 'Too old', 'Cluster', 'State'],
    rows,
  ])}${more > 0 ? html`<p class="why">and ${counted(more, 'more node')}</p>` : null}`;
}

function lastOf({ report, ageMs }: FleetNode): Html {
  if (report === null || ageMs === null) return html`never`;
  return relativeTime(report.collectedAt, ageMs);
}

function refusedTable(rejections: readonly Rejection[], now: Date): Html {
  if (rejections.length === 0) return html`<p>Nothing was refused.</p>`;
  const rows = [...rejections]
    .sort((one, other) => other.lastAt.getTime() - one.lastAt.getTime())
    .map(
      ({ code, cluster, node, count, lastAt, lastDetail }) => html`<tr>
<th scope="row"><code>${code}</code></th><td>${node ?? 'not known'}</td><td>${cluster ?? ''}</td>
<td class="number">${count}</td>
<td>${relativeTime(lastAt.toISOString(), now.getTime() - lastAt.getTime())}</td>
<td>${lastDetail}</td></tr>
`,
    );
  const head = ['Type', 'Node', 'Cluster', 'Times', 'Last', 'Last one in words'];
  return scrolling('Refused deliveries', [head, rows]);
}

function waiverTable(clusters: readonly ClusterOperations[]): Html {
  if (clusters.length === 0) return html`<p>There is no cluster yet.</p>`;
  const items = clusters.map(({ cluster, waivers: { all, expired } }) => {
    const ended =
      expired === 0 ? null : html` · <span class="badge warn">${expired} expired</span>`;
    return html`<li><a href="${waiversHref(cluster)}">${cluster}</a>: ${counted(all, 'waiver')}${
      ended
    }</li>
`;
  });
  return html`<ul class="lines">${items}</ul>`;
}
