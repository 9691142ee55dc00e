import type { EventStore } from '../store/event.ts';
import type { Outcome } from './attempt.ts';
import type { Target } from './target.ts';

/** How often a sender does what, and how long it may take. */
export interface WebhookPace {
  /** between two looks for what other processes announced */
  lookMs: number;
  /** what a receiver may take */
  answerMs: number;
  /** what an attempt may still take at the end of the process */
  stopMs: number;
}

export const defaultWebhookPace: WebhookPace = {
  // Two small questions to the store.
  lookMs: 5_000,
  // A receiver should note the event and answer, and do its work after that.
  answerMs: 10_000,
  // Half of what those may take who are being served.
  stopMs: 5_000,
};

/** What a sender needs besides its pace. */
export interface WebhookTask {
  store: Pick<
    EventStore,
    'delivered' | 'putDelivered' | 'events' | 'lastEvent' | 'lease' | 'release'
  >;
  target: Target;
  /** which process; no two have the same */
  holder: string;
  now(): Date;
  /** from 0 to below 1 */
  random(): number;
  /** an attempt ended so; or so many events were too old to be sent */
  onOutcome(outcome: Outcome | 'given_up', events: number): void;
  log: WebhookLog;
}

/** Where the sender says how it goes; neither secrets nor paths are among it. */
export interface WebhookLog {
  info(words: string): void;
  warn(words: string): void;
  error(what: { err: unknown } | string, words?: string): void;
}
