import type { Finding } from '../shared/check.ts';
import type { Policy } from '../shared/policy.ts';
import type { Report } from '../shared/report.ts';

export type Freshness = 'fresh' | 'stale' | 'missing';

/** One node as the collector knows it: its newest report, how old it is, what the checks say. */
export interface FleetNode {
  node: string;
  /** the policy names it; with a policy that names no nodes every reporting node is expected */
  expected: boolean;
  freshness: Freshness;
  /** null exactly when freshness is "missing" */
  report: Report | null;
  ageMs: number | null;
  /** of the node's own checks; of a stale or missing report none, and the gate is undecided */
  findings: Finding[];
}

/** The one view model: gates, JSON, pages and commands are all made from it. */
export interface Fleet {
  cluster: string;
  policy: Policy;
  now: Date;
  /** sorted by name */
  nodes: FleetNode[];
  /** of the checks across nodes; node is null or the node at fault */
  clusterFindings: Finding[];
}
