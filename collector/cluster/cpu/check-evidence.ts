import type { Facts } from '../../../shared/report.ts';
import type { NodeFacts } from '../cluster-check.ts';
import type { NodeEvidence } from './evidence.ts';

/** The evidence of nodes whose report has the sections asked; what was not asked is null. */
export function evidenceOf(
  nodes: readonly { node: string; facts: Partial<Pick<Facts, 'cpu' | 'kvm' | 'qemu' | 'os'>> }[],
): NodeEvidence[] {
  return nodes.map(({ node, facts }) => ({
    node,
    absent: null,
    host: {
      cpu: facts.cpu ?? null,
      kvm: facts.kvm ?? null,
      qemu: facts.qemu ?? null,
      os: facts.os ?? null,
    },
  }));
}

/** What the questions about `cpu_type` need of every node. */
export type CpuNode = NodeFacts<'cpu' | 'kvm' | 'qemu' | 'os'>;
