import {
  type HostEvidence,
  type HostModels,
  judgeModels,
  type NoModels,
} from '../../../shared/cpu/runnable.ts';
import type { QemuFacts } from '../../../shared/facts/qemu.ts';
import type { Fleet, FleetNode } from '../../../shared/fleet.ts';
import { groupedBy } from '../../../shared/grouping.ts';
import type { Report, Section } from '../../../shared/report.ts';
import { sameValue } from './same-value.ts';

/** What one node tells of its CPU, or why nothing is known. */
export interface NodeEvidence {
  node: string;
  /** why there is no evidence at all; null when there is */
  absent: string | null;
  host: HostEvidence;
}

/** Nodes of equal evidence: one answer holds for all of them. */
export interface Kind {
  nodes: string[];
  host: HostEvidence;
  models: HostModels | NoModels;
}

/** A kind of which something is known. */
export interface KnownKind extends Kind {
  models: HostModels;
}

const nothing: HostEvidence = { cpu: null, kvm: null, qemu: null, os: null };

/** The evidence of every expected node; a stale report is no evidence. */
export function evidenceOfFleet(fleet: Fleet): NodeEvidence[] {
  return evidenceOfNodes(fleet.nodes);
}

/** The evidence of those nodes that are members, or are to become one. */
export function evidenceOfNodes(nodes: readonly FleetNode[]): NodeEvidence[] {
  return nodes.filter((one) => one.expected).map(evidenceOfNode);
}

function evidenceOfNode({ node, freshness, report }: FleetNode): NodeEvidence {
  if (report === null) return { node, absent: 'no report', host: nothing };
  if (freshness !== 'fresh') return { node, absent: 'no fresh report', host: nothing };
  return evidenceOfReport(report);
}

/** The evidence in one report, however old. */
export function evidenceOfReport(report: Report): NodeEvidence {
  const { cpu, kvm, os } = report.sections;
  const host: HostEvidence = {
    cpu: cpu?.status === 'ok' ? cpu.facts : null,
    kvm: kvm?.status === 'ok' ? kvm.facts : null,
    qemu: qemuOf(report),
    os: os?.status === 'ok' ? os.facts : null,
  };
  const wrong = host.cpu === null ? failureOf(report, 'cpu') : failureOf(report, 'qemu');
  const absent = host.cpu === null || host.qemu === null ? wrong : null;
  return { node: report.node, absent, host };
}

// A snapshot without QEMU's answers is of a host whose QEMU is yet to be planned.
function qemuOf({ sections }: Report): QemuFacts | null {
  const { qemu } = sections;
  if (qemu?.status === 'ok') return qemu.facts;
  if (qemu?.error.kind !== 'not_recorded') return null;
  const failed = { status: 'failed', error: qemu.error } as const;
  return {
    binary: null,
    version: failed,
    packageVersion: null,
    cpuHelp: failed,
    machineHelp: failed,
    kvm: failed,
  };
}

function failureOf(report: Report, section: Section): string {
  const outcome = report.sections[section];
  if (outcome?.status === 'failed') return `section "${section}" failed: ${outcome.error.message}`;
  return `its report has no section "${section}"`;
}

/** The nodes in kinds of equal evidence, in the order of their first node's name. */
export function kindsOf(nodes: readonly NodeEvidence[], planned: string): Kind[] {
  const sorted = sortedNodes(nodes);
  const [first] = sorted;
  if (!first) return [];
  const key = first.host.cpu ?? first;
  const known = remembered.get(key);
  if (known?.planned === planned && sameNodes(known.nodes, sorted)) return known.kinds;
  const kinds = foundKinds(sorted, planned);
  remembered.set(key, { nodes: sorted, planned, kinds });
  return kinds;
}

/**
 * Several answers ask for the kinds of one fleet, and comparing its evidence is most of their cost.
 * Reports are never changed once read, so the same objects mean the same kinds.
 */
const remembered = new WeakMap<object, { nodes: NodeEvidence[]; planned: string; kinds: Kind[] }>();

function sameNodes(a: readonly NodeEvidence[], b: readonly NodeEvidence[]): boolean {
  return a.length === b.length && a.every((one, index) => isSameNode(one, b[index]));
}

function isSameNode(a: NodeEvidence, b: NodeEvidence | undefined): boolean {
  if (b === undefined || a.node !== b.node || a.absent !== b.absent) return false;
  const sections = ['cpu', 'kvm', 'qemu', 'os'] as const;
  return sections.every((section) => a.host[section] === b.host[section]);
}

function foundKinds(sorted: readonly NodeEvidence[], planned: string): Kind[] {
  const alike: { sample: NodeEvidence; nodes: string[] }[] = [];
  for (const bucket of groupedBy(sorted, roughKey).values()) alike.push(...split(bucket));
  const kinds = alike.map(({ sample, nodes: names }) => {
    const { absent, host } = sample;
    const models = absent === null ? judgeModels(host, planned) : none(absent);
    return { nodes: [...new Set(names)], host, models: withVendor(models) };
  });
  return kinds.sort((a, b) => ((a.nodes[0] ?? '') < (b.nodes[0] ?? '') ? -1 : 1));
}

/** By name. */
export function sortedNodes(nodes: readonly NodeEvidence[]): NodeEvidence[] {
  return [...nodes].sort((a, b) => (a.node < b.node ? -1 : Number(a.node > b.node)));
}

/** The kinds of which something is known. */
export function known(kinds: readonly Kind[]): KnownKind[] {
  return kinds.filter((kind): kind is KnownKind => kind.models.evidence !== 'none');
}

function none(reason: string): NoModels {
  return { evidence: 'none', reason };
}

function withVendor(models: HostModels | NoModels): HostModels | NoModels {
  if (models.evidence === 'none' || models.vendor !== null) return models;
  return none('the vendor of its CPU is not known');
}

// Cheap, so that the thorough comparison is made within likely equals only.
function roughKey({ absent, host }: NodeEvidence): string {
  const kind = host.cpu?.kinds[0];
  const qemu = host.qemu?.version.status === 'ok' ? host.qemu.version.value : '';
  const release = host.os?.kernelRelease ?? '';
  return [absent, kind?.modelName, kind?.stepping, kind?.microcode, release, qemu].join('|');
}

function split(bucket: readonly NodeEvidence[]): { sample: NodeEvidence; nodes: string[] }[] {
  const found: { sample: NodeEvidence; compared: unknown; nodes: string[] }[] = [];
  for (const one of bucket) {
    const compared = comparedOf(one);
    const same = found.find((other) => sameValue(other.compared, compared));
    if (same) same.nodes.push(one.node);
    else found.push({ sample: one, compared, nodes: [one.node] });
  }
  return found;
}

/** Everything that an answer here depends on, and nothing that is a node's own. */
function comparedOf({ absent, host }: NodeEvidence): unknown {
  const { cpu, qemu, os, kvm } = host;
  return [
    absent,
    cpu && [cpu.flags, cpu.bugs, cpu.vulnerabilities],
    cpu?.kinds.map(({ cpus: _, ...rest }) => rest),
    qemu,
    os && [os.kernelRelease, os.kernelParameters],
    kvm?.parameters ?? null,
  ];
}
