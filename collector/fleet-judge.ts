import { type Finding, judgeReport } from '../shared/check.ts';
import type { Fleet } from '../shared/fleet.ts';
import type { PolicyInForce } from '../shared/policy-file.ts';
import type { Report } from '../shared/report.ts';
import { withSeverities } from '../shared/severity.ts';
import { clusterChecks } from './cluster/index.ts';
import { judgingAgain } from './cluster/judging-again.ts';
import { buildFleet, checksOf, type FleetInput, fleetNodes } from './fleet.ts';
import { resting } from './resting.ts';

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
  const across = judgingAgain(policy);
  const judge = (report: Report) => {
    // as the policy weighs them, once: it is the same when they are weighed again
    const findings =
      known.get(report) ?? withSeverities(judgeReport(report, checks, policy), policy.severity);
    known.set(report, findings);
    return findings;
  };

  return {
    async judge(changing) {
      const input = { ...changing, policy, rules, judge, judgeAcross: across.judge };
      const rest = resting();
      const fresh = changing.reports.filter((report) => !known.has(report));
      for (let from = 0; from < fresh.length; from += REPORTS_AT_ONCE) {
        for (const report of fresh.slice(from, from + REPORTS_AT_ONCE)) judge(report);
        await rest();
      }
      const nodes = fleetNodes(input);
      // each by itself, so that the answers are known when all are asked
      for (const check of across.pending(nodes, clusterChecks)) {
        across.judge(nodes, [check]);
        await rest();
      }
      return buildFleet(input);
    },
  };
}
