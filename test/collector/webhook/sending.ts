import { onTestFinished } from 'vitest';
import type { NewEvent } from '../../../collector/store/event.ts';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import type { Store } from '../../../collector/store/store.ts';
import {
  startWebhook,
  type WebhookSender,
  webhookState,
} from '../../../collector/webhook/sender.ts';
import type { Target } from '../../../collector/webhook/target.ts';
import type { WebhookPace, WebhookTask } from '../../../collector/webhook/task.ts';
import { now } from '../seed-cluster.ts';
import { openReceiver, type Reaction, type Receiver, secretBytes, status } from './receiver.ts';

export const cluster = 'c1';

/** A sender at work, and what it says. */
export interface Sending {
  store: Store;
  target: Target;
  /** the time of the collector, which tests move */
  clock: { now: Date };
  sender: WebhookSender;
  /** each line of its log, with the level before it */
  log: string[];
  /** how each attempt ended, and `N given_up` */
  outcomes: string[];
  /** resolves when that many outcomes are kept in all */
  until(count: number): Promise<string[]>;
  /** time goes by, and the sender looks */
  after(ms: number): void;
}

export interface SendingOptions {
  store?: Store;
  target?: Partial<Target>;
  pace?: Partial<WebhookPace>;
  task?: Partial<WebhookTask>;
}

/** A sender of a target that is known already, so that it is told of all that follows. */
export async function scene(options: SendingOptions = {}) {
  const receiver = await openReceiver();
  const store = options.store ?? (await openStore());
  const sending = await startSending(receiver, { ...options, store });
  await untilKnown(sending);
  return { receiver, ...sending };
}

/** Its first look is over. */
export async function untilKnown({ store, target }: Pick<Sending, 'store' | 'target'>) {
  while ((await webhookState(store, target)) === null) await new Promise(setImmediate);
}

/** Whom the events were of. */
export const subjectsOf = (received: { body: unknown }[]) =>
  received.map(({ body }) => (body as { data: { subject: string } }).data.subject);

/** One answer after another, the last one for ever. */
export function inTurn(...reactions: Reaction[]): Reaction {
  return (request, answer) => {
    const [first = status(204)] = reactions;
    if (reactions.length > 1) reactions.shift();
    first(request, answer);
  };
}

/** A look that finds nothing due has no outcome: what follows it has. */
export async function looked(sender: { wake(): void }) {
  sender.wake();
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

/** Starts a sender that is stopped at the end of the test; it looks only when it is woken. */
export async function startSending(
  { url }: Pick<Receiver, 'url'>,
  options: SendingOptions = {},
): Promise<Sending> {
  const store = options.store ?? (await openStore());
  const target = { url: new URL(url), secrets: [secretBytes], ...options.target };
  const clock = { now };
  const log: string[] = [];
  const outcomes: string[] = [];
  let wake: () => void = () => undefined;
  const say = (level: string) => (what: unknown, words?: string) =>
    void log.push(`${level}: ${words ?? String(what)}`);
  const sender = startWebhook(
    {
      ...{ store, target, now: () => clock.now, random: () => 1, holder: 'one' },
      log: { info: say('info'), warn: say('warn'), error: say('error') },
      onOutcome(outcome, events) {
        outcomes.push(outcome === 'given_up' ? `${events} given_up` : outcome);
        wake();
      },
      ...options.task,
    },
    { lookMs: 3_600_000, answerMs: 10_000, stopMs: 0, ...options.pace },
  );
  onTestFinished(() => sender.stop());
  return {
    ...{ store, target, clock, sender, log, outcomes },
    async until(count) {
      while (outcomes.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return outcomes;
    },
    after(ms) {
      clock.now = new Date(clock.now.getTime() + ms);
      sender.wake();
    },
  };
}

/** An empty store in memory. */
export async function openStore(): Promise<Store> {
  const store = await openSqliteStore(':memory:');
  onTestFinished(() => store.close());
  return store;
}

/** Announces what differs from a node overdue only in this. */
export async function announceAs(store: Store, ...events: Partial<NewEvent>[]): Promise<void> {
  const until = new Date(now.getTime() + 60_000);
  const lease = await store.lease({ name: 'announce', holder: 'test' }, { until, now });
  if (lease === null) throw new Error('the lease is another one’s');
  const added = events.map((event) => ({ ...overdue, ...event }));
  const announcement = { cluster, subjects: [], gone: [], events: added };
  if (!(await store.announce(lease, announcement))) throw new Error('nothing was announced');
  await store.release(lease);
}

/** A node whose report is too old. */
export const overdue: NewEvent = {
  at: now,
  type: 'node.overdue',
  subject: 'n1',
  was: 'reporting',
  now: 'overdue',
  detail: ['its last report is of 2026-03-01T00:00:00Z'],
};
