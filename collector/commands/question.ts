import {
  type AnswerExit,
  answerOfGate,
  exitOfAnswer,
  type GateAnswer,
} from '../../shared/answer.ts';
import { CommandError } from '../../shared/exit.ts';
import { nearest } from '../../shared/nearest.ts';
import { type Narrowing, narrow, type Selection } from '../../shared/selection.ts';
import type { Gate } from '../cluster/gate.ts';
import { askedOf, decideGate, findGate, gates } from '../cluster/gates.ts';
import { buildFleet } from '../fleet.ts';
import { reportCard } from '../freshness.ts';
import type { Evidence } from '../sources.ts';
import { allCards } from './cards.ts';

/** A gate, perhaps narrowed, and what makes its exit code non-zero. */
export interface Question {
  gate: Gate;
  narrowed: Narrowing | null;
  failOn: 'fail' | 'warn';
}

/** The question that the words of a command line or a receipt ask. */
export function questionOf(
  words: Selection & { gate: string; failOn: Question['failOn'] },
): Question {
  const gate = findGate(words.gate);
  if (gate === undefined) throw unknownGate(words.gate);
  const known = allCards.map(({ id }) => id);
  const narrowed = narrow(words, { known, ...askedOf(gate, known), fixed: [reportCard.id] });
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
