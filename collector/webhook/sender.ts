import { deliverDue } from './round.ts';
import { type Target, targetKey } from './target.ts';
import { defaultWebhookPace, type WebhookPace, type WebhookTask } from './task.ts';

/** Tells a target, in order and one after another, what is announced. */
export interface WebhookSender {
  /** there may be something new: looks at once */
  wake(): void;
  /** an attempt that has begun may end, within its limit */
  stop(): Promise<void>;
}

/** Sends until it is stopped, or until the target says that it is gone. */
export function startWebhook(
  task: WebhookTask,
  pace: WebhookPace = defaultWebhookPace,
): WebhookSender {
  const ending = new AbortController();
  let ended = false;
  let awake = false;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | null = null;

  function look(): void {
    clearTimeout(timer);
    awake = false;
    round = deliverDue({ ...task, pace, signal: ending.signal, ended: () => ended })
      .then((end) => {
        if (end === 'gone') ended = true;
      })
      .catch((err) => task.log.error({ err }, 'the webhook: events wait for the store'))
      .finally(plan);
  }

  function plan(): void {
    round = null;
    if (ended) return;
    timer = setTimeout(look, awake ? 0 : pace.lookMs);
    // It alone is no reason to go on.
    timer.unref();
  }

  look();
  return {
    wake() {
      awake = true;
      if (round === null && !ended) look();
    },
    async stop() {
      ended = true;
      clearTimeout(timer);
      const limit = setTimeout(() => ending.abort(), pace.stopMs);
      await round;
      clearTimeout(limit);
    },
  };
}

/** How far a target was told. */
export interface WebhookState {
  /** attempts in a row, to now, that failed */
  failures: number;
  /** events that it did not take yet */
  pending: number;
}

/** How far the target was told, whichever process sends; null: nobody looked yet. */
export async function webhookState(
  store: Pick<WebhookTask['store'], 'delivered' | 'lastEvent'>,
  target: Target,
): Promise<WebhookState | null> {
  const delivered = await store.delivered(targetKey(target));
  if (delivered === null) return null;
  const pending = Math.max(0, (await store.lastEvent()) - delivered.after);
  return { failures: delivered.failures, pending };
}
