import type { CheckCard, Finding } from '../shared/check.ts';
import type { Freshness } from '../shared/fleet.ts';
import type { Policy } from '../shared/policy.ts';
import type { Report } from '../shared/report.ts';
import { formatDuration } from '../shared/units.ts';

/** Clocks of healthy nodes differ by less; Ganeti itself refuses 150 s. */
const FUTURE_TOLERATED_MS = 5 * 60_000;

/** Whether every expected node has a report that is young enough. */
export const reportCard: CheckCard = {
  id: 'fleet.report',
  title: 'Every node has a fresh report',
  why:
    'What a node last said hours ago, or never said, cannot vouch for what it is now; ' +
    'every answer about the cluster needs all of its nodes.',
  rules: ['GATE-14'],
};

/** Whether every node that reports is one that the policy names. */
export const membershipCard: CheckCard = {
  id: 'fleet.membership',
  title: 'Every reporting node is named by the policy',
  why:
    'A node outside the policy is left out of every answer about the cluster, so either the ' +
    'policy is behind the cluster or the report belongs elsewhere.',
  rules: [],
};

/** What is judged of the reports themselves, before any check. */
export const reportCards: readonly CheckCard[] = [reportCard, membershipCard];

/** How old a report is, and whether that is fresh by `limitMs`. */
export interface Age {
  freshness: Freshness;
  ageMs: number | null;
}

/** The age of a node's newest report at `now`; exactly at the limit it is still fresh. */
export function ageOf(report: Report | null, limitMs: number, now: Date): Age {
  if (report === null) return { freshness: 'missing', ageMs: null };
  const ageMs = now.getTime() - Date.parse(report.collectedAt);
  const fresh = ageMs <= limitMs && ageMs >= -FUTURE_TOLERATED_MS;
  return { freshness: fresh ? 'fresh' : 'stale', ageMs };
}

/** What is wrong with the age of an expected node's report, or null when it is fresh. */
export function reportFinding(node: string, age: Age, limitMs: number): Finding | null {
  if (age.freshness === 'fresh') return null;
  return {
    check: reportCard.id,
    title: reportCard.title,
    node,
    verdict: 'unknown',
    ...wordsOf(age.ageMs, formatDuration(limitMs)),
  };
}

/** The warning that a node reports which the policy does not name. */
export function membershipFinding(node: string, policy: Policy): Finding {
  // "ganeti01" and "ganeti01.example.org" are often meant to be one; a near miss seldom is.
  const meant = policy.nodes.find(({ name }) => shortName(name) === shortName(node))?.name;
  const hint = meant === undefined ? '' : ` (is it ${meant} of the policy?)`;
  return {
    check: membershipCard.id,
    title: membershipCard.title,
    node,
    verdict: 'warn',
    message: `it reports, but the policy does not name it${hint}; it is left out of the answer`,
    remedy: 'name it in "nodes" of the policy exactly as it reports, or remove its report',
  };
}

/** Said instead of everything else when there is no node to speak of. */
export const nobodyFinding: Finding = {
  check: reportCard.id,
  title: reportCard.title,
  node: null,
  verdict: 'unknown',
  message: 'no report at all, and the policy names no node',
  remedy: 'run "muster-agent push" (or "report") on every node, or name the nodes in the policy',
};

function shortName(name: string): string {
  return name.split('.')[0] ?? name;
}

function wordsOf(ageMs: number | null, limit: string): { message: string; remedy: string } {
  if (ageMs === null) {
    return {
      message: `no report; expected one that is at most ${limit} old`,
      remedy: 'on the node: systemctl status muster-agent.timer; muster-agent push',
    };
  }
  if (ageMs < 0) {
    return {
      message: `its report is dated ${formatDuration(-ageMs)} in the future; its age is not known`,
      remedy: 'set the clock of the node (or of this machine), then: muster-agent push',
    };
  }
  return {
    message: `its report is ${formatDuration(ageMs)} old; expected at most ${limit}`,
    remedy: 'on the node: systemctl status muster-agent.timer; muster-agent push',
  };
}
