import type { Finding } from '../../shared/check.ts';
import type { Fleet } from '../../shared/fleet.ts';
import type { GateResult } from '../../shared/gate.ts';
import type { NamesMatrix } from '../../shared/names-matrix.ts';
import { counted } from '../../shared/wording.ts';
import { summarise } from '../summary.ts';
import { causeItem, causesOf } from './findings.ts';
import { absentOf, oldestOf } from './fleet-page.ts';
import { gridOf, gridTable } from './grid.ts';
import { type Html, html } from './html.ts';
import { badge, clusterHref, page } from './layout.ts';
import { namesSection } from './names-table.ts';

/** The recommended cpu_type as the page shows it, for one group of nodes. */
export interface CpuAdvice {
  /** the nodes it is for; empty: all */
  group: string;
  /** ready to paste; null: none can be recommended */
  cpuType: string | null;
  /** how sure it is, such as "proven" or "computed" */
  level: string;
  /** the answer in a sentence */
  summary: string;
  /** why not better, or what is missing for an answer */
  reasons: readonly string[];
  /** the commands that apply it */
  commands: readonly string[];
}

/** All that a cluster's page is made from. */
export interface ClusterPageView {
  fleet: Fleet;
  gates: readonly GateResult[];
  /** null: not asked */
  cpuAdvice: readonly CpuAdvice[] | null;
  /** null: too many nodes for a page */
  names: NamesMatrix | null;
}

/** A cluster: its gates, what decides them, its nodes, and the answers across nodes. */
export function clusterPage({ fleet, gates, cpuAdvice, names }: ClusterPageView): string {
  const { cluster, now } = fleet;
  const summary = summarise(fleet, gates);
  return page({
    title: cluster,
    trail: [{ name: cluster, href: clusterHref(cluster) }],
    at: now,
    json: `/api/v1/clusters/${encodeURIComponent(cluster)}`,
    main: html`<h1>${cluster}</h1>
<p class="lead">${summary.reported} of ${counted(summary.expected, 'node')} reported.
Oldest report: ${oldestOf(summary)}.</p>
${absentOf(summary)}
${contents(gates, { advised: cpuAdvice !== null, named: names !== null })}
<section aria-labelledby="gates"><h2 id="gates">Gates</h2>
<ul class="gates">${gates.map(gateCard)}</ul></section>
${deciding(cluster, gates)}
${cpuAdvice === null ? null : cpuSection(cpuAdvice)}
<section aria-labelledby="nodes"><h2 id="nodes">Nodes and checks</h2>
${gridTable(cluster, gridOf(fleet))}</section>
${names === null ? null : namesSection(names)}`,
  });
}

/** The page is long when much is wrong; each part is one step away. */
function contents(
  gates: readonly GateResult[],
  { advised, named }: { advised: boolean; named: boolean },
): Html {
  const parts: [string, string, boolean][] = [
    ['deciding', 'What decides', gates.some(({ deciding }) => deciding.length > 0)],
    ['cpu-type', 'cpu_type', advised],
    ['nodes', 'Nodes and checks', true],
    ['names', 'Names', named],
  ];
  const links = parts.map(([id, words, there]) =>
    there ? html`<li><a href="#${id}">${words}</a></li>` : null,
  );
  return html`<nav aria-label="On this page"><ul class="contents">${links}</ul></nav>`;
}

function gateCard({ gate, title, state, deciding }: GateResult): Html {
  return html`<li class="gate ${state}"><h3>${title}</h3><p class="state">${badge(state)}</p>
<p>${whyState(deciding)} <code class="id">--gate ${gate}</code></p></li>
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

function deciding(cluster: string, gates: readonly GateResult[]): Html | null {
  const causes = causesOf(gates);
  if (causes.length === 0) return null;
  return html`<section aria-labelledby="deciding"><h2 id="deciding">What decides</h2>
<ul class="causes">${causes.map((cause) => causeItem(cluster, cause))}</ul></section>`;
}

function cpuSection(advice: readonly CpuAdvice[]): Html {
  return html`<section aria-labelledby="cpu-type"><h2 id="cpu-type">Recommended cpu_type</h2>
${advice.map(
  ({ group, cpuType, level, summary, reasons, commands }) => html`<div class="card advice">
${group === '' ? null : html`<h3>${group}</h3>`}
<p class="answer">${cpuType === null ? 'None can be recommended' : html`<code>${cpuType}</code>`}
<span class="label">${level}</span></p>
<p>${summary}</p>
${commands.length === 0 ? null : html`<pre tabindex="0"><code>${commands.join('\n')}</code></pre>`}
${reasons.length === 0 ? null : html`<ul class="reasons">${reasons.map(reason)}</ul>`}
</div>`,
)}</section>`;
}

function reason(words: string): Html {
  return html`<li>${words}</li>`;
}
