import type { Fleet, FleetNode } from '../../shared/fleet.ts';
import type { Section } from '../../shared/report.ts';
import { formatBytes } from '../../shared/units.ts';
import { counted } from '../../shared/wording.ts';
import { NODES_APART_MAX } from './grid.ts';
import { type Html, html } from './html.ts';
import { nodeHref } from './layout.ts';

/** How much of something a node has and how much is left; or why that is not known. */
export type Capacity = { totalBytes: number; freeBytes: number | null } | { why: string };

interface NodeCapacity {
  node: string;
  memory: Capacity;
  storage: Capacity;
}

/** Memory and volume group of each node as bars, the fullest first where there are many. */
export function capacitySection(fleet: Fleet): Html | null {
  const { cluster, policy } = fleet;
  const { volumeGroup } = policy.storage;
  const all = fleet.nodes
    .filter(({ expected }) => expected)
    .map((node) => ({
      node: node.node,
      memory: memoryOf(node),
      storage: storageOf(node, volumeGroup),
    }));
  if (all.length === 0) return null;
  const shown = all.length > NODES_APART_MAX ? scarceFirst(all).slice(0, NODES_APART_MAX) : all;
  const rest = all.length - shown.length;
  return html`<section aria-labelledby="capacity"><h2 id="capacity">Capacity</h2>
<div class="scroll" role="region" aria-label="Capacity of the nodes" tabindex="0">
<table class="capacity"><thead><tr><th scope="col">Node</th><th scope="col">Memory available</th>
<th scope="col">Free in volume group ${volumeGroup}</th></tr></thead>
<tbody>${shown.map(
    ({ node, memory, storage }) => html`<tr><th scope="row"><a href="${nodeHref(cluster, node)}">${
      node
    }</a></th><td>${capacityBar(memory)}</td><td>${capacityBar(storage)}</td></tr>
`,
  )}</tbody></table></div>
${
  rest === 0
    ? null
    : html`<p class="why">The ${shown.length} with the least left;
${counted(rest, 'node')} with more are not shown.</p>`
}</section>`;
}

/** The bar shows what is taken; the words beside it say what is left. */
export function capacityBar(capacity: Capacity): Html {
  if ('why' in capacity) return html`<span class="unread">not known: ${capacity.why}</span>`;
  const { totalBytes, freeBytes } = capacity;
  if (freeBytes === null) return html`${formatBytes(totalBytes)} in all, free not told`;
  const taken = totalBytes === 0 ? 0 : Math.min(1, Math.max(0, 1 - freeBytes / totalBytes));
  const width = Math.round(taken * BAR_WIDTH);
  const kind = taken >= NEARLY_FULL ? 'tight' : 'used';
  return html`<svg class="bar" width="${BAR_WIDTH}" height="10" viewBox="0 0 ${BAR_WIDTH} 10"
aria-hidden="true"><rect class="whole" width="${BAR_WIDTH}" height="10" rx="2"/>
<rect class="${kind}" width="${width}" height="10" rx="2"/></svg>
<span>${formatBytes(freeBytes)} of ${formatBytes(totalBytes)}</span>`;
}

const BAR_WIDTH = 120;
/** Only a colour, beside the words; what is too little is for the checks to say. */
const NEARLY_FULL = 0.9;

function memoryOf(node: FleetNode): Capacity {
  const outcome = node.report?.sections.memory;
  if (outcome?.status !== 'ok' || node.freshness !== 'fresh') return whyNot(node, 'memory');
  return { totalBytes: outcome.facts.totalBytes, freeBytes: outcome.facts.availableBytes };
}

function storageOf(node: FleetNode, name: string): Capacity {
  const outcome = node.report?.sections.lvm;
  if (outcome?.status !== 'ok' || node.freshness !== 'fresh') return whyNot(node, 'lvm');
  const group = outcome.facts.volumeGroups.find((one) => one.name === name);
  if (group === undefined) return { why: 'there is no such volume group' };
  return { totalBytes: group.sizeBytes, freeBytes: group.freeBytes };
}

/** A stale report is no evidence of what is free now. */
function whyNot({ report, freshness }: FleetNode, section: Section): { why: string } {
  if (report === null) return { why: 'no report' };
  if (freshness !== 'fresh') return { why: 'no fresh report' };
  const outcome = report.sections[section];
  const told = outcome?.status === 'failed' ? outcome.error.message : null;
  return { why: told ?? `its report has no section "${section}"` };
}

/** What is not known comes before what is: it may be the fullest. */
function scarceFirst(all: readonly NodeCapacity[]): NodeCapacity[] {
  const shareOf = (capacity: Capacity) =>
    'why' in capacity || capacity.freeBytes === null || capacity.totalBytes === 0
      ? -1
      : capacity.freeBytes / capacity.totalBytes;
  const least = ({ memory, storage }: NodeCapacity) => Math.min(shareOf(memory), shareOf(storage));
  return all.toSorted((one, other) => least(one) - least(other));
}
