import type { Delivered, Lease, StoredEvent } from '../store/event.ts';
import { afterAttempt, outdated, startAfter } from './attempt.ts';
import { messageOf } from './message.ts';
import { post } from './post.ts';
import { targetKey } from './target.ts';
import type { WebhookPace, WebhookTask } from './task.ts';

/** A round of a sender. */
export interface Round extends WebhookTask {
  pace: WebhookPace;
  /** cuts off an attempt */
  signal: AbortSignal;
  /** no other attempt is to begin */
  ended(): boolean;
}

/** Sends all that is due, unless another process does; `gone`: the target wants no more. */
export async function deliverDue(round: Round): Promise<'rest' | 'gone'> {
  if (!(await somethingDue(round))) return 'rest';
  let lease = await takeLease(round);
  while (lease !== null) {
    const next = round.ended() ? 'rest' : await step(round, lease);
    if (next !== 'on') {
      await round.store.release(lease);
      return next;
    }
    lease = await takeLease(round);
  }
  return 'rest';
}

/** What the store may take to keep how an attempt ended. */
const KEEPING_MS = 10_000;
const PAGE = 100;

/** Nothing is written only to find that there is nothing to do. */
async function somethingDue({ store, target, now }: Round): Promise<boolean> {
  const delivered = await store.delivered(targetKey(target));
  if (delivered === null) return true;
  return !isPausing(delivered, now()) && (await store.lastEvent()) > delivered.after;
}

/** The lease outlasts an attempt, so that nobody else sends meanwhile. */
function takeLease({ store, target, holder, pace, now }: Round): Promise<Lease | null> {
  const at = now();
  const until = new Date(at.getTime() + pace.answerMs + KEEPING_MS);
  return store.lease({ name: `webhook:${targetKey(target)}`, holder }, { until, now: at });
}

/** The next event, or those that are too old; what was told is read anew, under the lease. */
async function step(round: Round, lease: Lease): Promise<'on' | 'rest' | 'gone'> {
  const { store, target, now } = round;
  const key = targetKey(target);
  const before = await store.delivered(key);
  if (before === null) {
    // Whoever is new here is not told of what was before.
    await store.putDelivered(lease, key, startAfter(await store.lastEvent()));
    return 'rest';
  }
  if (isPausing(before, now())) return 'rest';
  const events = await store.events({ after: before.after, limit: PAGE });
  const old = outdated(events, now());
  if (old.length > 0) return giveUp(round, lease, { before, old });
  const [event] = events;
  return event === undefined ? 'rest' : attempt(round, lease, { before, event });
}

function isPausing({ nextAt }: Delivered, now: Date): boolean {
  return nextAt !== null && nextAt.getTime() > now.getTime();
}

async function giveUp(
  { store, target, log, onOutcome }: Round,
  lease: Lease,
  { before, old }: { before: Delivered; old: readonly StoredEvent[] },
): Promise<'on' | 'rest'> {
  const after = old.at(-1)?.id ?? before.after;
  if (!(await store.putDelivered(lease, targetKey(target), { ...before, after }))) return 'rest';
  onOutcome('given_up', old.length);
  const ids = old.map(({ id }) => id).join(', ');
  log.warn(`the webhook: given up, as they are too old: events ${ids}`);
  return 'on';
}

async function attempt(
  round: Round,
  lease: Lease,
  { before, event }: { before: Delivered; event: StoredEvent },
): Promise<'on' | 'rest' | 'gone'> {
  const { store, target, now, random, signal, onOutcome } = round;
  const message = messageOf(event, target.secrets, now());
  const tried = await post(target, message, { limitMs: round.pace.answerMs, signal })
    .then((answer) => ({ answer, why: `it answered ${answer.status}` }))
    .catch((error: unknown) => ({ answer: null, why: reasonOf(error) }));
  // Cut off at our end: the next process sends it again, and nothing is held against the target.
  if (signal.aborted && tried.answer === null) return 'rest';
  const after = afterAttempt(before, {
    ...{ event, answer: tried.answer, now: now(), random: random() },
  });
  // Who lost the lease meanwhile keeps nothing, and takes no other one but anew.
  await store.putDelivered(lease, targetKey(target), after.delivered);
  onOutcome(after.outcome, 1);
  tell(round, { ...after, before, event, why: tried.why });
  if (after.outcome === 'gone') return 'gone';
  return after.outcome === 'taken' ? 'on' : 'rest';
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface Ended extends ReturnType<typeof afterAttempt> {
  before: Delivered;
  event: StoredEvent;
  why: string;
}

function tell({ log, target }: Round, { outcome, before, delivered, event, why }: Ended): void {
  const to = `the webhook: ${target.url.origin}`;
  if (outcome === 'gone') {
    log.error(`${to} wants no more events (410): none is sent until this process starts anew`);
  } else if (outcome === 'failed') {
    const next = delivered.nextAt?.toISOString();
    const times = `${delivered.failures} in a row`;
    log.warn(`${to} did not take event ${event.id}: ${why}; ${times}, again from ${next} on`);
  } else if (before.failures > 0) {
    log.info(`${to} takes events again, after ${before.failures} that failed`);
  }
}
