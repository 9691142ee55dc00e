import type { ExitName } from '../../shared/exit.ts';
import { type Answer, describeAnswer, jsonOf, refusalOf, retryAfterMs } from './answer.ts';
import type { NoAnswer } from './connection.ts';

/** What an answer to a report means for it and for those after it. */
export type Meaning =
  | { is: 'delivered' }
  /** no later attempt would change it */
  | { is: 'aside'; reason: string }
  /** this one stays; `alive`: the others have better prospects */
  | { is: 'left'; reason: string; alive: boolean }
  /** nobody's report would be taken now */
  | { is: 'stop'; exit: ExitName; reason: string; ended?: true; waitMs?: number }
  /** the spool has to go on above this sequence */
  | { is: 'renumber'; lastSequence: number; reason: string }
  /** a moment later it may work; `otherwise` holds when it never does */
  | { is: 'again'; afterMs: number | null; otherwise: Meaning };

/** What an answer means; `digest` is that of the report, which a receipt repeats. */
export function meaningOf(answer: Answer, digest: string, now: Date): Meaning {
  const { status } = answer;
  const reason = describeAnswer(answer);
  if (status === 200 || status === 201) return receipt(answer, digest);
  const { code, lastSequence } = refusalOf(answer);
  if (HOPELESS.includes(code)) return { is: 'aside', reason };
  if (code === 'unknown_node') return { is: 'stop', exit: 'noPermission', reason, ended: true };
  if (code === 'replayed' && lastSequence !== undefined) {
    return { is: 'renumber', lastSequence, reason };
  }
  if (code === 'clock_skew') return { is: 'left', reason, alive: true };
  if (status === 401 || status === 403) return { is: 'stop', exit: 'noPermission', reason };
  if (status === 404) {
    return { is: 'stop', exit: 'unavailable', reason: `${reason}; is this a collector?` };
  }
  if (status === 429 || status === 503) return overloaded(answer, reason, now);
  const left: Meaning = { is: 'left', reason, alive: status < 500 && code !== '' };
  if (status < 500) return left;
  const gateway = status === 502 || status === 504;
  const otherwise: Meaning = gateway ? { is: 'stop', exit: 'unavailable', reason } : left;
  return { is: 'again', afterMs: null, otherwise };
}

/** What it means that no answer came. */
export function meaningOfSilence({ message, reached }: NoAnswer): Meaning {
  const otherwise: Meaning = reached
    ? { is: 'left', reason: message, alive: false }
    : { is: 'stop', exit: 'unavailable', reason: message };
  return { is: 'again', afterMs: null, otherwise };
}

/** The refusals of a report that no later attempt would change; a clock error is not one. */
const HOPELESS = ['invalid_report', 'too_large', 'wrong_node'];

/** Anything may answer 200, a portal or a proxy; only the collector knows the digest. */
function receipt(answer: Answer, digest: string): Meaning {
  const body = jsonOf(answer.text);
  if (typeof body === 'object' && body !== null && 'digest' in body && body.digest === digest) {
    return { is: 'delivered' };
  }
  const reason = `the answer ${answer.status} is no receipt; is this a collector?`;
  return { is: 'stop', exit: 'unavailable', reason };
}

function overloaded(answer: Answer, reason: string, now: Date): Meaning {
  const waitMs = retryAfterMs(answer, now);
  const told = waitMs === null ? reason : `${reason} (in ${Math.ceil(waitMs / 1000)} s again)`;
  const stop: Meaning = { is: 'stop', exit: 'tryAgain', reason: told };
  return { is: 'again', afterMs: waitMs, otherwise: waitMs === null ? stop : { ...stop, waitMs } };
}
