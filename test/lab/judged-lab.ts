import { decideGate, findGate } from '../../collector/cluster/gates.ts';
import { buildFleet } from '../../collector/fleet.ts';
import type { Finding } from '../../shared/check.ts';
import { parsePolicy } from '../../shared/policy-file.ts';
import type { Report } from '../../shared/report.ts';
import { LAB_NODES, reportFrom } from './lab.ts';
import { labPolicy } from './lab-policy.ts';

/** Fresh reports of all nodes of the lab, one after the other: they share two cores. */
export async function labReports(): Promise<Report[]> {
  const reports: Report[] = [];
  for (const [index] of LAB_NODES.entries()) reports.push(await reportFrom(index + 1, labPolicy));
  return reports;
}

/** What a gate finds of the lab now, or of the reports given. */
export async function judgedLab(gate: string, given?: readonly Report[]): Promise<Finding[]> {
  const parsed = parsePolicy(labPolicy, 'lab.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const fleet = buildFleet({
    cluster: 'ganeti-cluster01.example.org',
    reports: given ?? (await labReports()),
    policy: parsed.policy,
    now: new Date(),
  });
  const found = findGate(gate);
  if (found === undefined) throw new Error(`there is no gate "${gate}"`);
  return decideGate(found, fleet).findings;
}
