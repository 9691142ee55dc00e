import { setImmediate as pause } from 'node:timers/promises';
import { type Finding, judgeReport } from '../shared/check.ts';
import type { Fleet } from '../shared/fleet.ts';
import type { PolicyInForce } from '../shared/policy-file.ts';
import type { Report } from '../shared/report.ts';
import type { ClusterCheck, ClusterJudgement } from './cluster/cluster-check.ts';
import { judgeCluster } from './cluster/engine.ts';
import { clusterChecks } from './cluster/index.ts';
import { buildFleet, checksOf, type FleetInput, fleetNodes } from './fleet.ts';

/** What changes from one judgement of a cluster to the next. */
export type JudgeInput = Pick<FleetInput, 'cluster' | 'reports' | 'waivers' | 'now'>;

/** Judges one cluster again and again, by one policy. */
export interface FleetJudge {
  /** the same as `buildFleet`, in steps between which others have their turn */
  judge(input: JudgeInput): Promise<Fleet>;
}

/** Some 30 ms of judging; a request that comes meanwhile waits no longer. */
const REPORTS_AT_ONCE = 16;

/**
 * A judge that remembers: a report that it has judged is not judged again, nor is a question across
 * nodes while the sections it needs are the very same objects.
 */
export function fleetJudge({ policy, rules }: PolicyInForce): FleetJudge {
  const known = new WeakMap<Report, Finding[]>();
  const checks = checksOf({ policy, rules });
  const across = clusterChecks.map(remembering);
  const judge = (report: Report) => {
    const findings = known.get(report) ?? judgeReport(report, checks, policy);
    known.set(report, findings);
    return findings;
  };

  return {
    async judge(changing) {
      const input = { ...changing, policy, rules, clusterChecks: across, judge };
      const fresh = changing.reports.filter((report) => !known.has(report));
      for (let from = 0; from < fresh.length; from += REPORTS_AT_ONCE) {
        for (const report of fresh.slice(from, from + REPORTS_AT_ONCE)) judge(report);
        await pause();
      }
      if (changing.reports.length > REPORTS_AT_ONCE) await prepare(input);
      return buildFleet(input);
    },
  };
}

/** Asks each question across nodes by itself, so that the answers are known when all are asked. */
async function prepare(input: FleetInput): Promise<void> {
  const nodes = fleetNodes(input);
  for (const check of input.clusterChecks ?? []) {
    judgeCluster(nodes, [check], input.policy);
    await pause();
  }
}

/** The same check; asked twice in a row about the same facts, it answers from memory. */
function remembering(check: ClusterCheck): ClusterCheck {
  let last: { evidence: unknown[]; judged: ClusterJudgement[] } | null = null;
  return {
    ...check,
    judge(nodes, policy) {
      const evidence = [
        policy,
        ...nodes.flatMap(({ node, facts }) => [node, ...check.needs.map((need) => facts[need])]),
      ];
      if (last === null || !sameItems(last.evidence, evidence)) {
        last = { evidence, judged: check.judge(nodes, policy) };
      }
      return last.judged;
    },
  };
}

function sameItems(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
