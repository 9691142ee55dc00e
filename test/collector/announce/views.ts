import type { Judged } from '../../../collector/announce/observations.ts';
import type { CpuAdvice } from '../../../collector/cpu-advice.ts';
import { ageOf } from '../../../collector/freshness.ts';
import type { Finding } from '../../../shared/check.ts';
import type { Fleet, FleetNode } from '../../../shared/fleet.ts';
import type { GateState } from '../../../shared/gate.ts';
import { type Policy, policySchema } from '../../../shared/policy.ts';
import type { Report } from '../../../shared/report.ts';
import { now, seedReport } from '../seed-cluster.ts';

const HOUR_MS = 3_600_000;

/** What a test says of a cluster; the rest is quiet. */
export interface Told {
  at?: Date;
  nodes?: FleetNode[];
  gates?: Judged['gates'];
  policy?: Policy;
  cluster?: string;
  cpuAdvice?: CpuAdvice[];
}

/** The judgement of a cluster as told. */
export function judgedAs({ at = now, nodes = [], gates = [], ...more }: Told = {}): Judged {
  const { policy = policyWith(), cluster = 'c1', cpuAdvice = null } = more;
  const fleet: Fleet = { cluster, policy, now: at, nodes, clusterFindings: [] };
  return { fleet, gates, cpuAdvice };
}

/** A node with a report that was collected then, or never. */
export function nodeOf(
  node: string,
  report: Report | null,
  { at = now, expected = true }: { at?: Date; expected?: boolean } = {},
): FleetNode {
  return { node, expected, ...ageOf(report, 2 * HOUR_MS, at), report, findings: [] };
}

/** A report of a node, of so many minutes before all tests' instant, with a kernel that it runs. */
export function reportOf(node: string, minutesAgo = 0, kernel = 'k1'): Report {
  const report = seedReport(1, ({ os }) => {
    os.kernelRelease = kernel;
  });
  return { ...report, node, collectedAt: later(-minutesAgo).toISOString() };
}

/** A gate's answer, decided by these findings. */
export function gateOf(state: GateState, deciding: Finding[] = [], gate = 'health') {
  return { gate, state, deciding };
}

/** A finding that decides. */
export function findingOf(node: string | null, more: Partial<Finding> = {}): Finding {
  return { check: 'kvm.device', title: 'KVM', node, verdict: 'fail', message: 'no KVM', ...more };
}

/** What is advised for a group of nodes. */
export function adviceOf(cpuType: string | null, more: Partial<CpuAdvice> = {}): CpuAdvice {
  const words = { summary: 'The best.', reasons: ['Not X: no y on n1'], commands: [] };
  return { group: '', cpuType, level: 'proven', ...words, lattice: null, ...more };
}

/** A policy with windows, each from one minute until another, counted from all tests' instant. */
export function policyWith(...windows: [nodes: string[], from: number, until: number][]): Policy {
  return policySchema.parse({
    windows: windows.map(([nodes, from, until]) => ({
      ...{ nodes, reason: 'work', from: later(from).toISOString() },
      until: later(until).toISOString(),
    })),
  });
}

/** So many minutes after all tests' instant. */
export function later(minutes: number): Date {
  return new Date(now.getTime() + minutes * 60_000);
}
