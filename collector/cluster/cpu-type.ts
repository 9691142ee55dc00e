import { lastResort } from '../../shared/cpu/recommend.ts';
import { groupedBy } from '../../shared/grouping.ts';
import { type Policy, policyNode } from '../../shared/policy.ts';
import { type Kind, kindsOf, known, type NodeEvidence } from './cpu/evidence.ts';
import {
  type GroupAnswer,
  type GroupInput,
  groupAnswer,
  type LastResort,
  lastResortAnswer,
} from './cpu/group-answer.ts';

export interface CpuTypeInput {
  nodes: readonly NodeEvidence[];
  policy: Policy;
}

/** One node of the answer: what was known of it. */
export interface AnsweredNode {
  node: string;
  group: string;
  vendor: string | null;
  evidence: 'proven' | 'computed' | 'none';
  /** the QEMU it was judged against */
  qemu: string | null;
  /** that QEMU is the policy's planned one: none is installed */
  planned: boolean;
  /** why nothing is known */
  reason: string | null;
}

export interface CpuTypeAnswer {
  schema: 1;
  nodes: AnsweredNode[];
  groups: GroupAnswer[];
  /** for nodes of several vendors, and only for operators who insist */
  lastResort: LastResort | null;
  /** nodes of equal evidence, with what each model's verdict is there */
  kinds: Kind[];
}

/** The best `cpu_type` for every group of nodes that can share one, and what stands above it. */
export function cpuTypeAnswer({ nodes, policy }: CpuTypeInput): CpuTypeAnswer {
  const kinds = kindsOf(nodes, policy.qemu.planned);
  const groupOf = (node: string) => policyNode(policy, node)?.group ?? 'default';
  const parts = partition(kinds, groupOf);
  return {
    schema: 1,
    nodes: kinds
      .flatMap((kind) => kind.nodes.map((node) => answeredNode(node, kind, groupOf)))
      .sort(byNode),
    groups: parts.map((part) => groupAnswer(part, parts)),
    lastResort: mixedAnswer(kinds),
    kinds,
  };
}

/** Node groups of the policy, each divided by vendor; a node not known of belongs to every part. */
function partition(kinds: readonly Kind[], groupOf: (node: string) => string): GroupInput[] {
  const all = kinds.flatMap((kind) => kind.nodes.map((node) => ({ node, kind })));
  const groups = [...groupedBy(all, ({ node }) => groupOf(node))].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return groups.flatMap(([group, members]) => {
    const own = kindsWithin(kinds, new Set(members.map(({ node }) => node)));
    const vendors = groupedBy(known(own), (kind) => kind.models.vendor);
    const unknown = own.filter((kind) => kind.models.evidence === 'none');
    if (vendors.size === 0) return [{ group, vendor: null, kinds: [], unknown }];
    return [...vendors]
      .sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1))
      .map(([vendor, of]) => ({ group, vendor, kinds: of, unknown: unknownOf(unknown, vendor) }));
  });
}

function kindsWithin(kinds: readonly Kind[], nodes: ReadonlySet<string>): Kind[] {
  const own = kinds.map((kind) => ({
    ...kind,
    nodes: kind.nodes.filter((node) => nodes.has(node)),
  }));
  return own.filter((kind) => kind.nodes.length > 0);
}

// A node of another vendor cannot lower this part's answer, even when no more is known of it.
function unknownOf(unknown: readonly Kind[], vendor: string | null): Kind[] {
  return unknown.filter(({ host }) => {
    const vendors = new Set(host.cpu?.kinds.map((kind) => kind.vendor));
    return vendors.size !== 1 || vendors.has(null) || vendors.has(vendor);
  });
}

function mixedAnswer(kinds: readonly Kind[]): LastResort | null {
  const able = known(kinds);
  const vendors = new Set(able.map((kind) => kind.models.vendor));
  if (vendors.size < 2 || able.length < kinds.length) return null;
  return lastResortAnswer(lastResort(able.map((kind) => kind.models)));
}

function answeredNode(node: string, kind: Kind, groupOf: (node: string) => string): AnsweredNode {
  const { models, host } = kind;
  if (models.evidence === 'none') {
    const vendor = host.cpu?.kinds[0]?.vendor ?? null;
    const rest = { qemu: null, planned: false, reason: models.reason };
    return { node, group: groupOf(node), vendor, evidence: 'none', ...rest };
  }
  return {
    node,
    group: groupOf(node),
    vendor: models.vendor,
    evidence: models.evidence,
    qemu: models.qemu?.join('.') ?? null,
    planned: host.qemu?.binary === null,
    reason: null,
  };
}

function byNode(a: AnsweredNode, b: AnsweredNode): number {
  return a.node < b.node ? -1 : Number(a.node > b.node);
}
