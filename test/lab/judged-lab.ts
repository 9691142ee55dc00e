import { decideGate } from '../../collector/cluster/decision.ts';
import { findGate } from '../../collector/cluster/gates.ts';
import { buildFleet, type FleetInput } from '../../collector/fleet.ts';
import type { Finding } from '../../shared/check.ts';
import type { GateResult } from '../../shared/gate.ts';
import { parsePolicy } from '../../shared/policy-file.ts';
import type { Report } from '../../shared/report.ts';
import type { Waiver } from '../../shared/waiver.ts';
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
  return answerOf(gate, { reports: given ?? (await labReports()) }).findings;
}

/** Whether node `number` may go down, by these reports. */
export function maintainedLab(reports: readonly Report[], number: number): GateResult {
  const drain = [`ganeti0${number}.example.org`];
  return answerOf('maintenance', { reports, drain, waivers: labWaivers });
}

const accepted = { owner: 'lab', expires: '2036-01-01T00:00:00.000Z' };

/** What is true of the lab, or agreed on in it, and would rightly close the gate elsewhere. */
export const labWaivers: Waiver[] = [
  {
    ...{ check: 'maintenance.verify', subject: 'ganeti.ENODESETUP', ...accepted },
    reason: 'this kernel has no /proc/sysrq-trigger',
  },
  {
    ...{ check: 'maintenance.downtime', subject: 'vm2.example.org', ...accepted },
    reason: 'it has a file disk, and nobody works with it',
  },
];

function answerOf(gate: string, input: Pick<FleetInput, 'reports' | 'drain' | 'waivers'>) {
  const parsed = parsePolicy(labPolicy, 'lab.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { policy } = parsed;
  const cluster = 'ganeti-cluster01.example.org';
  const fleet = buildFleet({ ...input, cluster, policy, now: new Date() });
  const found = findGate(gate);
  if (found === undefined) throw new Error(`there is no gate "${gate}"`);
  return decideGate(found, fleet);
}
