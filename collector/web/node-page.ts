import { groupedByCause } from '../../shared/causes.ts';
import { type Finding, isWaived } from '../../shared/check.ts';
import type { Fleet, FleetNode } from '../../shared/fleet.ts';
import { counted } from '../../shared/wording.ts';
import { byWorst } from '../summary.ts';
import { findingItem } from './findings.ts';
import { groupOf } from './grid.ts';
import { type Html, html } from './html.ts';
import {
  badge,
  clusterHref,
  exactTime,
  type JsonLink,
  nodeHref,
  type Page,
  page,
  relativeTime,
} from './layout.ts';
import { factsSection, identityList } from './node-facts.ts';
import { chartsSection, driftSection, type NodeHistory, timelineSection } from './node-history.ts';
import { waiversHref } from './waivers-page.ts';

/** All that a node's page is made from. */
export interface NodeView {
  fleet: Fleet;
  node: FleetNode;
  history: NodeHistory;
}

/** A node: what the checks say of it, worst first, how that came, and the facts it rests on. */
export function nodePage({ fleet, node, history }: NodeView): Page {
  const laidHere = fleet.clusterFindings.filter((finding) => finding.node === node.node);
  const findings = [...node.findings, ...laidHere];
  const causes: Causes = new Map(
    groupedByCause(findings).map(({ root, followers }) => [root, followers]),
  );
  const href = nodeHref(fleet.cluster, node.node);
  return page({
    title: node.node,
    trail: [
      { name: fleet.cluster, href: clusterHref(fleet.cluster) },
      { name: node.node, href },
    ],
    at: fleet.now,
    json: jsonOf(`/api/v1${href}`, history),
    main: html`<h1>${node.node}</h1>
${lead(node)}${node.report === null ? null : identityList(node.report)}
${contents(node)}
<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
${tally(findings)}
${groupsOf(findings).map(([group, list]) => groupBlock(group, list, causes))}</section>
${waivedSection(fleet.cluster, findings, node.node)}
${timelineSection(history, fleet.now)}
${driftSection(history.drift, href)}
${chartsSection(history, href)}
${node.report === null ? null : factsSection(node)}`,
  });
}

function jsonOf(href: string, { days, drift: { between } }: NodeHistory): JsonLink[] {
  const drift = between && `${href}/diff?from=${between.from.id}&to=${between.to.id}`;
  return [
    ['report and findings', href],
    ['timeline', `${href}/timeline?days=${days}`],
    ['reports', `${href}/history`],
    ...(drift === null ? [] : ([['what changed', drift]] satisfies JsonLink[])),
  ];
}

/** The page is long; each part is one step away. */
function contents({ report }: FleetNode): Html {
  const parts: [string, string][] = [
    ['findings', 'Findings'],
    ['waived', 'Waivers'],
    ['history', 'History'],
    ['drift', 'What changed'],
    ['figures', 'Over time'],
    ...(report === null ? [] : ([['facts', 'Facts']] satisfies [string, string][])),
  ];
  const links = parts.map(
    ([id, words]) => html`<li><a href="#${id}">${words}</a></li>
`,
  );
  return html`<nav aria-label="On this page"><ul class="contents">${links}</ul></nav>`;
}

function waivedSection(cluster: string, findings: readonly Finding[], node: string): Html {
  const items = findings.filter(isWaived).map(({ title, check, waived }) =>
    waived === undefined
      ? null
      : html`<li>${title} <code class="id">${check}</code>: ${waived.reason}
<span class="why">${waived.owner}, until ${exactTime(new Date(waived.expires))}</span></li>
`,
  );
  const add = `${waiversHref(cluster)}?node=${encodeURIComponent(node)}#add`;
  const none = html`<p class="why">Nothing of this node is waived.</p>`;
  return html`<section aria-labelledby="waived"><h2 id="waived">Waivers</h2>
${items.length === 0 ? none : html`<ul class="lines">${items}</ul>`}
<p><a href="${add}">Accept a finding of this node</a></p></section>`;
}

/** What only follows from each finding; a finding that is no key of it follows from another. */
type Causes = ReadonlyMap<Finding, readonly Finding[]>;

function lead({ report, ageMs, freshness, expected }: FleetNode): Html {
  if (report === null || ageMs === null) {
    return html`<p class="lead">${badge('unknown')} This node has not reported.</p>`;
  }
  const { version, privileged, origin } = report.agent;
  const old = html`${badge('unknown')} The report is too old to judge by. `;
  const source = origin === 'live' ? '' : ', from a snapshot';
  const how = `${privileged ? 'as root' : 'without root'}${source}`;
  return html`<p class="lead">${freshness === 'stale' ? old : null}
Reported ${relativeTime(report.collectedAt, ageMs)} (${exactTime(new Date(report.collectedAt))})
by muster-agent ${version}, ${how}.${expected ? null : ' The policy does not name this node.'}</p>`;
}

function tally(findings: readonly Finding[]): Html {
  const words = (['fail', 'unknown', 'warn', 'pass', 'skip'] as const).map((verdict) => {
    const count = findings.filter((finding) => finding.verdict === verdict).length;
    return count === 0 ? null : html`<li>${badge(verdict)} ${count}</li>`;
  });
  return html`<ul class="tally">${words}</ul>`;
}

/** Groups in the order of their worst finding; inside, the worst first. */
function groupsOf(findings: readonly Finding[]): [string, Finding[]][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of [...findings].sort(byWorst)) {
    const group = groupOf(finding.check);
    groups.set(group, [...(groups.get(group) ?? []), finding]);
  }
  return [...groups];
}

function groupBlock(group: string, findings: readonly Finding[], causes: Causes): Html {
  const notable = findings.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skip');
  const loud = notable.filter((finding) => causes.has(finding));
  const elsewhere = notable.length - loud.length;
  const quiet = findings.filter(({ verdict }) => verdict === 'pass' || verdict === 'skip');
  const heading = html`<h3 id="group-${group}">${group}</h3>`;
  const calm = notable.length === 0;
  return html`<section class="group ${calm ? 'calm' : ''}" id="checks-${group}"
aria-labelledby="group-${group}">
${calm ? null : heading}${loud.length === 0 ? null : loudList(loud, causes)}${
  elsewhere === 0 ? null : html`<p class="why">${elsewhere} below what causes them</p>`
}
${quiet.length === 0 ? null : quietBlock(calm ? heading : null, quiet)}</section>
`;
}

function loudList(findings: readonly Finding[], causes: Causes): Html {
  const items = findings.map((finding) => findingItem(finding, causes.get(finding)));
  return html`<ul class="causes">${items}</ul>`;
}

function quietBlock(heading: Html | null, findings: readonly Finding[]): Html {
  const words = html`<span class="why">${quietWords(findings)}</span>`;
  return html`<details class="quiet"><summary>${heading}${words}</summary>
<ul class="causes">${findings.map((one) => findingItem(one))}</ul></details>`;
}

function quietWords(findings: readonly Finding[]): string {
  const passing = findings.filter(({ verdict }) => verdict === 'pass').length;
  const skipped = findings.length - passing;
  const words = [
    passing > 0 ? `${counted(passing, 'check')} passed` : '',
    skipped > 0 ? `${skipped} not applicable` : '',
  ];
  return words.filter(Boolean).join(', ');
}
