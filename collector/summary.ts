import type { Finding, Verdict } from '../shared/check.ts';
import type { Fleet } from '../shared/fleet.ts';
import type { GateDecision, GateState } from '../shared/gate.ts';
import { countsOfFleet } from './finding-counts.ts';

/** A cluster in one line: its gates, how many nodes speak, and the oldest word. */
export interface ClusterSummary {
  cluster: string;
  gates: { gate: string; title: string; state: GateState; deciding: number }[];
  /** nodes the cluster is to have */
  expected: number;
  /** of those, the ones whose report is fresh */
  reported: number;
  stale: string[];
  missing: string[];
  /** nodes that report and are not in the policy */
  unexpected: string[];
  oldest: { node: string; collectedAt: string; ageMs: number } | null;
  /** all findings, of nodes and of the cluster, by verdict; without those waived */
  findings: Record<Verdict, number>;
  /** findings that a waiver sets aside */
  waived: number;
}

/** The summary of a fleet and what its gates say. */
export function summarise(fleet: Fleet, gates: readonly GateDecision[]): ClusterSummary {
  const expected = fleet.nodes.filter((node) => node.expected);
  const names = (freshness: string) =>
    expected.filter((node) => node.freshness === freshness).map((node) => node.node);
  return {
    cluster: fleet.cluster,
    gates: gates.map(({ gate, title, state, counts }) => ({
      gate,
      title,
      state,
      deciding: counts.fail + counts.unknown,
    })),
    expected: expected.length,
    reported: names('fresh').length,
    stale: names('stale'),
    missing: names('missing'),
    unexpected: fleet.nodes.filter((node) => !node.expected).map((node) => node.node),
    oldest: oldestOf(fleet),
    ...countVerdicts(fleet),
  };
}

/** The oldest report among the expected nodes. */
export function oldestOf(fleet: Fleet): ClusterSummary['oldest'] {
  let oldest: ClusterSummary['oldest'] = null;
  for (const { node, expected, report, ageMs } of fleet.nodes) {
    if (!expected || report === null || ageMs === null) continue;
    if (oldest === null || ageMs > oldest.ageMs) {
      oldest = { node, collectedAt: report.collectedAt, ageMs };
    }
  }
  return oldest;
}

function countVerdicts(fleet: Fleet): Pick<ClusterSummary, 'findings' | 'waived'> {
  const { waived, pass, warn, fail, unknown, skip } = countsOfFleet(fleet);
  return { findings: { pass, warn, fail, unknown, skip }, waived };
}

/** Every finding of a fleet: of its nodes in their order, then of the cluster. */
export function allFindings(fleet: Fleet): Finding[] {
  return [...fleet.nodes.flatMap(({ findings }) => findings), ...fleet.clusterFindings];
}

/** Verdicts as people want to meet them: what needs attention first. */
export const worstFirst: readonly Verdict[] = ['fail', 'unknown', 'warn', 'pass', 'skip'];

/** The verdict of the two that needs more attention. */
export function worseOf(one: Verdict, other: Verdict): Verdict {
  return worstFirst.indexOf(one) <= worstFirst.indexOf(other) ? one : other;
}

/** Compares by how much attention a verdict needs, for sorting. */
export function byWorst(one: { verdict: Verdict }, other: { verdict: Verdict }): number {
  return worstFirst.indexOf(one.verdict) - worstFirst.indexOf(other.verdict);
}
