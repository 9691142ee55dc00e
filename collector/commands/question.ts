import {
  type AnswerExit,
  answerOfGate,
  evidenceCard,
  exitOfAnswer,
  type GateAnswer,
} from '../../shared/answer.ts';
import { CommandError } from '../../shared/exit.ts';
import { nearest } from '../../shared/nearest.ts';
import { defaultPolicy } from '../../shared/policy.ts';
import { type Narrowing, narrow, type Selection } from '../../shared/selection.ts';
import { decideGate } from '../cluster/decision.ts';
import type { Gate } from '../cluster/gate.ts';
import { askedOf, findGate, gates } from '../cluster/gates.ts';
import { buildFleet } from '../fleet.ts';
import { reportCard } from '../freshness.ts';
import type { Evidence } from '../sources.ts';
import { allCards, mayNameRule } from './cards.ts';

/** A gate, perhaps narrowed, and what makes its exit code non-zero. */
export interface Question {
  gate: Gate;
  narrowed: Narrowing | null;
  failOn: 'fail' | 'warn';
}

/** The words of a command line or a receipt that ask a question. */
export interface QuestionWords extends Selection {
  gate: string;
  failOn: Question['failOn'];
}

/** The gate of that name, or an error with the nearest. */
export function gateOf(name: string): Gate {
  const gate = findGate(name);
  if (gate === undefined) throw unknownGate(name);
  return gate;
}

/** Refuses words that no policy can make right, before any report is read. */
export function refuseWrongWords(words: QuestionWords): void {
  const { select = [], skip = [] } = words;
  if ([...select, ...skip].some(mayNameRule)) gateOf(words.gate);
  else questionOf(words, { policy: defaultPolicy(), rules: [] });
}

/** The question that words ask, given the evidence: its policy may have checks of its own. */
export function questionOf(
  words: QuestionWords,
  { policy, rules }: Pick<Evidence, 'policy' | 'rules'>,
): Question {
  const gate = gateOf(words.gate);
  const known = [...allCards, ...rules].map(({ id }) => id);
  const asked = askedOf(gate, known, policy.rules);
  const fixed = [reportCard.id, evidenceCard.id];
  const narrowed = narrow(words, { known, ...asked, fixed });
  return { gate, narrowed, failOn: words.failOn };
}

/** The answer that the evidence gives, and the exit it ends in; the same for the same of both. */
export function answerQuestion(
  { gate, narrowed, failOn }: Question,
  evidence: Evidence,
): { answer: GateAnswer; exit: AnswerExit } {
  const answer = answerOfGate(decideGate(gate, buildFleet(evidence), narrowed));
  return { answer, exit: exitOfAnswer(answer, failOn) };
}

function unknownGate(id: string): CommandError {
  const known = gates.map((gate) => gate.id);
  const near = nearest(id, known);
  const hint = near === null ? `known: ${known.join(', ')}` : `did you mean "${near}"?`;
  return new CommandError('usage', `--gate: no gate "${id}"; ${hint}`);
}
