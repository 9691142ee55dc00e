import { clusterChecks } from '../../../collector/cluster/index.ts';
import { buildFleet } from '../../../collector/fleet.ts';
import type { Policy } from '../../../shared/policy.ts';
import type { Report } from '../../../shared/report.ts';
import { type Change, clusterName, now, seedPolicy, seedReport } from '../seed-cluster.ts';

/** What one check across nodes says: `verdict [node] message` for each of its findings. */
export function judged(id: string, reports: Report[], policy: Policy = seedPolicy()): string[] {
  const chosen = clusterChecks.filter((check) => check.id === id);
  if (chosen.length !== 1) throw new Error(`no check ${id}`);
  const input = { cluster: clusterName, reports, policy, now, checks: [] };
  return buildFleet({ ...input, clusterChecks: chosen }).clusterFindings.map(
    ({ verdict, node, message }) => `${verdict} ${node === null ? '' : `[${node}] `}${message}`,
  );
}

/** The same of three nodes of which the third is changed. */
export function thirdChanged(id: string, change: Change): string[] {
  return judged(id, [seedReport(1), seedReport(2), seedReport(3, change)]);
}
