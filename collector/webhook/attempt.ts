import type { Delivered, StoredEvent } from '../store/event.ts';

/** What a receiver said, as far as it matters; its body does not. */
export interface Answer {
  status: number;
  /** the header, when there is one */
  retryAfter: string | null;
}

/** How an attempt ended; `gone`: the receiver wants nothing any more. */
export type Outcome = 'taken' | 'failed' | 'gone';

/** One attempt to deliver one event. */
export interface Attempt {
  event: StoredEvent;
  /** null: no answer came */
  answer: Answer | null;
  now: Date;
  /** from 0 to below 1 */
  random: number;
}

/** How an attempt ended, and how far the target was told after it. */
export function afterAttempt(
  before: Delivered,
  attempt: Attempt,
): { outcome: Outcome; delivered: Delivered } {
  const { event, answer, now } = attempt;
  const outcome = outcomeOf(answer);
  if (outcome === 'taken') return { outcome, delivered: startAfter(event.id) };
  const failures = before.failures + 1;
  const pauseMs = Math.max(backoffMs(failures, attempt.random), askedMs(answer, now));
  const firstFailedAt = before.firstFailedAt ?? now;
  // Who starts anew after "gone" is to know at once whether it still holds.
  const nextAt = outcome === 'gone' ? null : new Date(now.getTime() + pauseMs);
  return { outcome, delivered: { after: before.after, failures, firstFailedAt, nextAt } };
}

/** A target that was told all up to this event, and never failed since. */
export function startAfter(id: number): Delivered {
  return { after: id, failures: 0, firstFailedAt: null, nextAt: null };
}

/** Those at the beginning that are too old to be of use, after days of failing or of standing. */
export function outdated(events: readonly StoredEvent[], now: Date): StoredEvent[] {
  const oldest = now.getTime() - AGE_MAX_MS;
  const first = events.findIndex(({ at }) => at.getTime() >= oldest);
  return events.slice(0, first === -1 ? events.length : first);
}

/** A weekend and a day; after that the page and the feed tell how things stand. */
const AGE_MAX_MS = 3 * 24 * 3_600_000;
const PAUSE_FIRST_MS = 5_000;
const PAUSE_MAX_MS = 3_600_000;
/** The standard: the endpoint is gone, and the sender should not send any more. */
const GONE = 410;

function outcomeOf(answer: Answer | null): Outcome {
  if (answer === null) return 'failed';
  if (answer.status >= 200 && answer.status < 300) return 'taken';
  return answer.status === GONE ? 'gone' : 'failed';
}

/** Any time up to a bound that doubles: who failed together does not come back together. */
function backoffMs(failures: number, random: number): number {
  return random * Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** (failures - 1));
}

/** How long the receiver asks to be left alone, within our own bound. */
function askedMs(answer: Answer | null, now: Date): number {
  const text = answer?.retryAfter?.trim() ?? '';
  const asked = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isNaN(asked) ? 0 : Math.min(PAUSE_MAX_MS, Math.max(0, asked));
}
