import { type CheckCard, type Finding, isWaived } from './check.ts';
import type { GateNode, GateResult, GateState } from './gate.ts';
import type { Narrowing } from './selection.ts';

/** What an audit of one node has found. */
export interface Audit {
  node: string;
  collectedAt: string;
  /** where the policy came from, for people */
  policyOrigin: string;
  /** with `--select` or `--skip`: what is not asked */
  narrowed?: Narrowing;
  findings: readonly Finding[];
}

/** What a gate and an audit have in common, so that every format knows both. */
interface Decided {
  title: string;
  state: GateState;
  /** the instant the answer holds for, UTC */
  at: string;
  nodes: GateNode[];
  narrowed?: Narrowing;
  /** the findings that close it or leave it undecided, worst first */
  deciding: Finding[];
  findings: Finding[];
}

/** A gate's answer; `node` is null, as it is about all of them. */
export interface GateAnswer extends GateResult, Decided {
  kind: 'gate';
  node: null;
}

/** The audit of one node, with the same decision a gate over it alone would make. */
export interface AuditAnswer extends Audit, Decided {
  kind: 'audit';
  cluster: null;
  node: string;
  findings: Finding[];
}

/** The one object that every format is made from. */
export type Answer = GateAnswer | AuditAnswer;

/** A gate's answer for the formats. */
export function answerOfGate(result: GateResult): GateAnswer {
  const { findings, deciding } = saidAloud(result.state, result.findings);
  const { counts } = result;
  return {
    ...result,
    ...(counts && { counts: { ...counts, unknown: counts.unknown + deciding.length } }),
    kind: 'gate',
    node: null,
    findings,
    deciding: deciding.length > 0 ? deciding : result.deciding,
  };
}

/** An audit's answer for the formats, as of the instant its facts were read. */
export function answerOfAudit(audit: Audit): AuditAnswer {
  const fails = audit.findings.filter((one) => one.verdict === 'fail' && !isWaived(one));
  const unknowns = audit.findings.filter(({ verdict }) => verdict === 'unknown');
  const state = stateOf(audit.findings, fails, unknowns);
  const { findings, deciding } = saidAloud(state, audit.findings);
  const { node, collectedAt } = audit;
  return {
    ...audit,
    kind: 'audit',
    cluster: null,
    title: 'Is this node fit for a Ganeti cluster?',
    state,
    at: collectedAt,
    nodes: [{ node, expected: true, freshness: 'fresh', ageMs: 0, collectedAt }],
    deciding: [...fails, ...unknowns, ...deciding],
    findings,
  };
}

/** The exits that an answer can end in; each is a name of `exitCodes`. */
export type AnswerExit = GateState | 'warnings';

/** The exit of an answer, decided before any formatting: its state, then whether warnings count. */
export function exitOfAnswer(
  { state, findings }: Pick<Answer, 'state' | 'findings'>,
  failOn: 'fail' | 'warn',
): AnswerExit {
  if (state !== 'open') return state;
  const warned = findings.some((one) => one.verdict === 'warn' && !isWaived(one));
  return failOn === 'warn' && warned ? 'warnings' : 'open';
}

function stateOf(all: readonly Finding[], fails: Finding[], unknowns: Finding[]): GateState {
  if (fails.length > 0) return 'closed';
  return unknowns.length > 0 || all.length === 0 ? 'undecided' : 'open';
}

/** A format that only lists findings must not look fine when it is the lack of them that counts. */
function saidAloud(
  state: GateState,
  given: readonly Finding[],
): { findings: Finding[]; deciding: Finding[] } {
  const findings = [...given];
  if (state !== 'undecided' || findings.some(({ verdict }) => verdict === 'unknown')) {
    return { findings, deciding: [] };
  }
  return { findings: [...findings, nothingAsked], deciding: [nothingAsked] };
}

/** Said when an answer rests on nothing, so that it never looks like a good one. */
export const evidenceCard: CheckCard = {
  id: 'answer.evidence',
  title: 'Something was asked and answered',
  why:
    'An answer without any finding is no good news: nothing was looked at. It stands in every ' +
    'format, also in those that only list findings.',
  rules: [],
};

const nothingAsked: Finding = {
  check: evidenceCard.id,
  title: evidenceCard.title,
  node: null,
  verdict: 'unknown',
  message: 'no check was asked of any node with a fresh report, so nothing is known',
  remedy: 'give the reports of all nodes, and leave checks in the selection',
};
