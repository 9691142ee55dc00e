import type { Finding } from '../../shared/check.ts';
import type { Fleet, FleetNode } from '../../shared/fleet.ts';
import { type Report, type Section, sections } from '../../shared/report.ts';
import { counted } from '../../shared/wording.ts';
import { byWorst } from '../summary.ts';
import { factsList } from './facts.ts';
import { findingItem } from './findings.ts';
import { groupOf } from './grid.ts';
import { type Html, html } from './html.ts';
import { badge, clusterHref, exactTime, nodeHref, page, relativeTime } from './layout.ts';

/** A node: what the checks say of it, worst first, and the facts they rest on. */
export function nodePage(fleet: Fleet, node: FleetNode): string {
  const laidHere = fleet.clusterFindings.filter((finding) => finding.node === node.node);
  const findings = [...node.findings, ...laidHere];
  const path = `${encodeURIComponent(fleet.cluster)}/nodes/${encodeURIComponent(node.node)}`;
  return page({
    title: node.node,
    trail: [
      { name: fleet.cluster, href: clusterHref(fleet.cluster) },
      { name: node.node, href: nodeHref(fleet.cluster, node.node) },
    ],
    at: fleet.now,
    json: `/api/v1/clusters/${path}`,
    main: html`<h1>${node.node}</h1>
${lead(node)}
<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
${tally(findings)}
${groupsOf(findings).map(([group, list]) => groupBlock(group, list))}</section>
${node.report === null ? null : factsSection(node.report)}`,
  });
}

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

function groupBlock(group: string, findings: readonly Finding[]): Html {
  const loud = findings.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skip');
  const quiet = findings.filter(({ verdict }) => verdict === 'pass' || verdict === 'skip');
  const heading = html`<h3 id="group-${group}">${group}</h3>`;
  const calm = loud.length === 0;
  return html`<section class="group ${calm ? 'calm' : ''}" id="checks-${group}"
aria-labelledby="group-${group}">
${calm ? null : html`${heading}<ul class="causes">${loud.map(findingItem)}</ul>`}
${quiet.length === 0 ? null : quietBlock(calm ? heading : null, quiet)}</section>
`;
}

function quietBlock(heading: Html | null, findings: readonly Finding[]): Html {
  const words = html`<span class="why">${quietWords(findings)}</span>`;
  return html`<details class="quiet"><summary>${heading}${words}</summary>
<ul class="causes">${findings.map(findingItem)}</ul></details>`;
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

function factsSection(report: Report): Html {
  return html`<section aria-labelledby="facts"><h2 id="facts">Facts</h2>
${sections.map((section) => sectionBlock(section, report))}</section>`;
}

function sectionBlock(section: Section, report: Report): Html {
  const outcome = report.sections[section];
  if (outcome === undefined) {
    return sectionLine(section, 'not in the report');
  }
  if (outcome.status === 'failed') {
    return sectionLine(section, outcome.error.message);
  }
  const tookMs = report.tookMs[section];
  const took =
    tookMs === undefined ? null : html` <span class="why">read in ${Math.round(tookMs)} ms</span>`;
  return html`<details class="section" id="facts-${section}">
<summary><b>${section}</b>${took}</summary>
${factsList(outcome.facts)}</details>
`;
}

function sectionLine(section: Section, why: string): Html {
  return html`<div class="section-line" id="facts-${section}">
<b>${section}</b> ${badge('unknown')} ${why}</div>`;
}
