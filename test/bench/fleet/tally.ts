import type { Answer } from '../../../agent/delivery/answer.ts';
import { jsonOf } from '../../../agent/delivery/answer.ts';
import type { Outgoing } from '../../../agent/delivery/connection.ts';
import { signatureHeaders } from '../../../shared/signing.ts';

/** A report of which the collector said that it is kept. */
export interface Acknowledgement {
  node: string;
  sequence: number;
  digest: string;
}

/** What the fleet saw, as it goes. */
export interface Tally {
  began: number;
  made: number;
  /** pushes that the timer wanted while the one before was still at work */
  missed: number;
  /** how late pushes began: great when the load machine is what is too slow */
  latenessMs: number[];
  latenciesMs: number[];
  /** by status, or `no answer` and `not reached` */
  answers: Map<string, number>;
  /** requests in each second since `began` */
  arrivals: number[];
  acknowledged: Acknowledgement[];
}

/** A tally that begins now. */
export function newTally(): Tally {
  const counts = { made: 0, missed: 0, latenessMs: [], latenciesMs: [], arrivals: [] };
  return { began: performance.now(), ...counts, answers: new Map(), acknowledged: [] };
}

/** Notes a request that goes out now. */
export function noteRequest(tally: Tally): void {
  const second = Math.floor((performance.now() - tally.began) / 1000);
  while (tally.arrivals.length <= second) tally.arrivals.push(0);
  tally.arrivals[second] = (tally.arrivals[second] ?? 0) + 1;
}

/** Notes what came of one. */
export function noteOutcome(tally: Tally, outcome: string): void {
  tally.answers.set(outcome, (tally.answers.get(outcome) ?? 0) + 1);
}

/** Notes an answer to a node, and what it acknowledges. */
export function noteAnswer(
  tally: Tally,
  node: string,
  { request, answer, tookMs }: { request: Outgoing; answer: Answer; tookMs: number },
): void {
  noteOutcome(tally, String(answer.status));
  tally.latenciesMs.push(tookMs);
  if (answer.status !== 200 && answer.status !== 201) return;
  const body = jsonOf(answer.text);
  const receipt = typeof body === 'object' && body !== null && 'digest' in body ? body : null;
  const sequence = Number(request.headers[signatureHeaders.sequence]);
  tally.acknowledged.push({ node, sequence, digest: String(receipt?.digest) });
}
