import { withCauses } from '../../shared/causes.ts';
import type { Finding, Judgement } from '../../shared/check.ts';
import { MissingEvidence } from '../../shared/evidence.ts';
import type { FleetNode } from '../../shared/fleet.ts';
import type { Policy } from '../../shared/policy.ts';
import type { Facts, Section } from '../../shared/report.ts';
import { counted, listed } from '../../shared/wording.ts';
import { reportCard } from '../freshness.ts';
import type { ClusterCheck, ClusterJudgement, NodeFacts } from './cluster-check.ts';

/** A node whose facts a check needs and cannot have. */
interface Absent {
  node: string;
  why: string;
  /** the node has no fresh report, which is a finding of its own */
  silent: boolean;
}

/**
 * The findings of all `checks` over the expected nodes. What a check says of the nodes it could see
 * stands when it is a `fail` or `warn`; its `pass` holds only when it saw every node.
 */
export function judgeCluster(
  nodes: readonly FleetNode[],
  checks: readonly ClusterCheck[],
  policy: Policy,
): Finding[] {
  const members = nodes.filter((node) => node.expected);
  return findingsAcross(checks, policy, (check) => judgeCheck(members, check, policy));
}

/** What `judge` says of each check, as findings of the cluster. */
export function findingsAcross(
  checks: readonly ClusterCheck[],
  policy: Policy,
  judge: (check: ClusterCheck) => readonly ClusterJudgement[],
): Finding[] {
  const findings = checks.flatMap((check) =>
    judge(check).map(({ node, ...judgement }) => ({
      check: check.id,
      title: check.title,
      node: node ?? null,
      ...judgement,
    })),
  );
  return withCauses(findings, checks, policy);
}

/** What one check says over its members, with what is missing of them. */
export function judgeCheck(
  members: readonly FleetNode[],
  check: ClusterCheck,
  policy: Policy,
): ClusterJudgement[] {
  const answers = members.map((member) => factsOf(member, check.needs));
  const known = answers.filter((answer) => 'facts' in answer);
  const absent = answers.filter((answer) => 'why' in answer);
  if (known.length === 0) return [unknownFor(absent)];
  const judged = judgeSafely(known, check, policy);
  // A question that needs no section is answered by the policy and the names alone.
  if (absent.length === 0 || check.needs.length === 0) return judged;
  const proven = judged.filter(({ verdict }) => verdict !== 'pass');
  return proven.length === judged.length ? judged : [...proven, unknownFor(absent)];
}

function judgeSafely(known: NodeFacts[], check: ClusterCheck, policy: Policy): ClusterJudgement[] {
  try {
    const judged = check.judge(known, policy);
    if (judged.length === 0) throw new Error('the check gave no verdict');
    return judged;
  } catch (error) {
    return [{ verdict: 'unknown', message: reasonOf(error) }];
  }
}

function factsOf(member: FleetNode, needs: readonly Section[]): NodeFacts | Absent {
  const { node, report, freshness } = member;
  if (report === null) return { node, why: 'no report', silent: true };
  if (freshness !== 'fresh') return { node, why: 'no fresh report', silent: true };
  const facts: Partial<Record<Section, unknown>> = {};
  for (const section of needs) {
    const outcome = report.sections[section];
    if (outcome === undefined) {
      return { node, why: `its report has no section "${section}"`, silent: false };
    }
    if (outcome.status === 'failed') {
      const why = `section "${section}" failed: ${outcome.error.message}`;
      return { node, why, silent: false };
    }
    facts[section] = outcome.facts;
  }
  return { node, facts: facts as Facts };
}

/** The same words for every check that misses the same facts, so that they can be shown as one. */
function unknownFor(absent: readonly Absent[]): Judgement {
  if (absent.length === 0) return { verdict: 'unknown', message: 'no node has a fresh report' };
  const reasons = absent.map(({ node, why }) => `${node} (${why})`);
  const who =
    absent.length === 1
      ? reasons.join('')
      : `${counted(absent.length, 'node')}: ${listed(reasons)}`;
  const message = `cannot tell without the facts of ${who}`;
  return { verdict: 'unknown', message, ...causeIn(absent) };
}

/** Of facts that are missing for silence alone: the first silent node stands for all of them. */
function causeIn(absent: readonly Absent[]): Pick<Judgement, 'cause'> {
  const [first] = absent;
  if (first === undefined || absent.some(({ silent }) => !silent)) return {};
  return { cause: { check: reportCard.id, node: first.node } };
}

function reasonOf(error: unknown): string {
  if (error instanceof MissingEvidence) return error.message;
  return `the check itself failed: ${error instanceof Error ? error.message : String(error)}`;
}
