import type { Finding } from './check.ts';
import type { MaintenancePlan } from './maintenance-plan.ts';
import type { Policy } from './policy.ts';
import type { Report } from './report.ts';

export type Freshness = 'fresh' | 'stale' | 'missing';

/** One node as the collector knows it: its newest report, how old it is, what the checks say. */
export interface FleetNode {
  node: string;
  /** the policy names it; with a policy that names no nodes every reporting node is expected */
  expected: boolean;
  /** not yet a member: gate `join` asks whether it may become one */
  joining?: true;
  /** the master holds it for offline, so that in a maintenance it need not report */
  excused?: true;
  /** a report from the future is "stale" too: its age cannot be told */
  freshness: Freshness;
  /** null exactly when freshness is "missing" */
  report: Report | null;
  /** null exactly when freshness is "missing"; negative when the report is from the future */
  ageMs: number | null;
  /** of the node's own checks when fresh; else just what is wrong with its report */
  findings: Finding[];
}

/** The one view model: gates, JSON, pages and commands are all made from it. */
export interface Fleet {
  cluster: string;
  policy: Policy;
  now: Date;
  /** sorted by name */
  nodes: FleetNode[];
  /** of the checks across nodes, and of what joining would do; node: null, or the one at fault */
  clusterFindings: Finding[];
  /** a maintenance was asked about; its plan, when every guest that has to can move */
  maintenance?: { plan: MaintenancePlan | null };
}
