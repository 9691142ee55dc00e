import type { Finding } from '../../shared/check.ts';
import type { GateDecision } from '../../shared/gate.ts';
import type { NamesMatrix } from '../../shared/names-matrix.ts';
import { counted } from '../../shared/wording.ts';
import type { MigrationAnswer } from '../cluster/migration.ts';
import type { ClusterView } from '../cluster-view.ts';
import type { ConfiguredType } from '../configured-cpu-type.ts';
import type { CpuAdvice } from '../cpu-advice.ts';
import { allFindings } from '../summary.ts';
import { capacitySection } from './bars.ts';
import { changesList, type RecentChange } from './changes.ts';
import { cpuSection } from './cpu-section.ts';
import { type ClusterFilter, filterForm, isFiltering, lets } from './filters.ts';
import { type Cause, causesAmong, causesList, causesOf } from './findings.ts';
import { absentOf, oldestOf } from './fleet-page.ts';
import { gridOf, groupsOf } from './grid.ts';
import { gridTable } from './grid-table.ts';
import { migrationSection } from './heat-map.ts';
import { type Html, html } from './html.ts';
import { badge, clusterHref, type JsonLink, type Page, page } from './layout.ts';
import { namesSection, tooManyNames } from './names-table.ts';

/** All that a cluster's page is made from. */
export interface ClusterPageView extends ClusterView {
  filter: ClusterFilter;
  /** of the last day, newest first */
  changes: readonly RecentChange[];
  /** null: not asked */
  cpuAdvice: readonly CpuAdvice[] | null;
  configured: ConfiguredType;
  migration: MigrationAnswer;
  names: NamesMatrix | null;
}

/** A cluster: its gates, what decides them, its nodes, and the answers across nodes. */
export function clusterPage(view: ClusterPageView): Page {
  const { fleet, gates, filter } = view;
  const { cluster, now } = fleet;
  const filtering = isFiltering(filter);
  const parts = filtering ? filteredParts(view) : wholeParts(view);
  return page({
    title: cluster,
    trail: [{ name: cluster, href: clusterHref(cluster) }],
    at: now,
    json: jsonOf(`/api/v1${clusterHref(cluster)}`),
    main: html`<h1>${cluster}</h1>
${lead(view)}
${filtering ? null : contents(parts)}
${filtering ? null : gatesSection(cluster, gates)}
${parts.map(([, , part]) => part)}`,
  });
}

function jsonOf(href: string): JsonLink[] {
  return [
    ['nodes and findings', href],
    ['changes', `${href}/changes`],
    ['cpu_type', `${href}/cpu-type`],
    ['migration', `${href}/migration`],
    ['names', `${href}/names`],
  ];
}

function gatesSection(cluster: string, gates: readonly GateDecision[]): Html {
  return html`<section aria-labelledby="gates"><h2 id="gates">Gates</h2>
<ul class="gates">${gates.map((gate) => gateCard(cluster, gate))}</ul></section>`;
}

/** Each part with its place on the page and the words that lead there. */
type Part = [id: string, words: string, part: Html];

function lead({ summary }: ClusterPageView): Html {
  const { findings, waived } = summary;
  const aside = waived === 0 ? '' : `; ${waived} waived`;
  const counts = `${findings.fail} fail, ${findings.unknown} unknown, ${findings.warn} warn`;
  return html`<p class="lead">${summary.reported} of ${counted(summary.expected, 'node')} reported.
Oldest report: ${oldestOf(summary)}. Findings: ${counts}${aside}.</p>
${absentOf(summary)}`;
}

function wholeParts(view: ClusterPageView): Part[] {
  const { fleet, gates, changes, cpuAdvice, configured, migration, names, filter } = view;
  const { cluster, now } = fleet;
  const form = filterForm(cluster, filter, { groups: groupsOf(fleet), matching: null });
  const grid = gridTable(cluster, gridOf(fleet), '');
  const deciding = causesOf(gates);
  const moves = migrationSection(migration);
  const resolved = names === null ? tooManyNames() : namesSection(names);
  const capacity = capacitySection(fleet);
  const parts: (Part | null)[] = [
    deciding.length === 0 ? null : ['deciding', 'What decides', causesSection(cluster, deciding)],
    ['changes', 'Last day', changesSection(cluster, changes, now)],
    ['nodes', 'Nodes and checks', nodesSection(form, grid)],
    cpuAdvice && ['cpu-type', 'cpu_type', cpuSection(cpuAdvice, configured)],
    moves && ['migration', 'Live migration', moves],
    resolved && ['names', 'Names', resolved],
    capacity && ['capacity', 'Capacity', capacity],
  ];
  return parts.filter((part) => part !== null);
}

/** Only what the filter asks about; the answers of the whole cluster would be in the way. */
function filteredParts(view: ClusterPageView): Part[] {
  const { fleet, gates, filter } = view;
  const { cluster } = fleet;
  const shows = (finding: Finding) => lets(filter, finding);
  const found = allFindings(fleet).filter(shows);
  const causes = causesAmong(found, gates);
  const choices = { groups: groupsOf(fleet), matching: found.length };
  const grid = gridTable(cluster, gridOf(fleet, shows), filter.group);
  return [
    ['nodes', 'Nodes and checks', nodesSection(filterForm(cluster, filter, choices), grid)],
    ['deciding', 'Findings', findingsSection(cluster, causes)],
  ];
}

function contents(parts: readonly Part[]): Html {
  const links = parts.map(([id, words]) => html`<li><a href="#${id}">${words}</a></li>`);
  return html`<nav aria-label="On this page"><ul class="contents">${links}</ul></nav>`;
}

function gateCard(cluster: string, { gate, title, state, deciding }: GateDecision): Html {
  const report = `${clusterHref(cluster)}/report.html?gate=${encodeURIComponent(gate)}`;
  return html`<li class="gate ${state}"><h3>${title}</h3><p class="state">${badge(state)}</p>
<p>${whyState(deciding)}</p>
<p class="take"><code class="id">--gate ${gate}</code>
<a href="${report}" download>Report as a file</a></p></li>
`;
}

function whyState(deciding: readonly Finding[]): string {
  const against = deciding.filter(({ verdict }) => verdict === 'fail').length;
  const missing = deciding.length - against;
  const words = [
    against > 0 ? `${counted(against, 'finding')} against it` : '',
    missing > 0 ? `${counted(missing, 'answer')} missing` : '',
  ];
  return `${words.filter(Boolean).join(', ') || 'Nothing stands against it'}.`;
}

function causesSection(cluster: string, causes: readonly Cause[]): Html {
  return html`<section aria-labelledby="deciding"><h2 id="deciding">What decides</h2>
${causesList(cluster, causes)}</section>`;
}

function findingsSection(cluster: string, causes: readonly Cause[]): Html {
  return html`<section aria-labelledby="deciding"><h2 id="deciding">Findings</h2>
${causesList(cluster, causes)}</section>`;
}

function changesSection(cluster: string, changes: readonly RecentChange[], now: Date): Html {
  return html`<section aria-labelledby="changes"><h2 id="changes">What changed in the last day</h2>
${changesList(cluster, changes, now)}</section>`;
}

function nodesSection(form: Html, grid: Html): Html {
  return html`<section aria-labelledby="nodes"><h2 id="nodes">Nodes and checks</h2>
${form}
${grid}</section>`;
}
