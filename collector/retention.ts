import { randomUUID } from 'node:crypto';
import type { Lease } from './store/event.ts';
import type { Retention, Store } from './store/store.ts';

/** How often history is cleared; and a pause between two steps, for those who wait meanwhile. */
export interface RetentionPace {
  everyMs: number;
  pauseMs: number;
  /** how long nobody else clears after a step, in case its process is gone */
  leaseMs: number;
}

export const defaultRetentionPace: RetentionPace = {
  // A report an hour too old takes little room.
  everyMs: 3_600_000,
  // A step is some ten milliseconds.
  pauseMs: 200,
  // Longer than any step, and than the clocks of two collectors may differ.
  leaseMs: 120_000,
};

/** What the task needs besides its pace. */
export interface RetentionTask {
  store: Store;
  retention: Retention;
  now(): Date;
  onError(error: unknown): void;
}

/**
 * Clears history in small steps until the returned function is called, which waits for a step. Of
 * several processes over one store one at a time does; another goes on when that one is gone.
 */
export function keepRetention(
  { store, retention, now, onError }: RetentionTask,
  pace: RetentionPace = defaultRetentionPace,
): () => Promise<void> {
  const wanted = { name: 'retention', holder: randomUUID() };
  let lease: Lease | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let step: Promise<void> = Promise.resolve();

  function plan(delayMs: number): void {
    if (stopped) return;
    timer = setTimeout(() => {
      step = once();
    }, delayMs);
    // It alone is no reason to go on.
    timer.unref();
  }

  async function once(): Promise<void> {
    try {
      plan(await cleared());
    } catch (error) {
      onError(error);
      plan(pace.everyMs);
    }
  }

  /** Does a step, unless another process is at it; how long to wait for the next one. */
  async function cleared(): Promise<number> {
    const until = new Date(now().getTime() + pace.leaseMs);
    lease = await store.lease(wanted, { until, now: now() });
    if (lease === null) return pace.leaseMs;
    const { more } = await store.retain(retention, now());
    if (more) return pace.pauseMs;
    await giveBack();
    return pace.everyMs;
  }

  async function giveBack(): Promise<void> {
    if (lease !== null) await store.release(lease);
    lease = null;
  }

  plan(pace.pauseMs);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await step;
    await giveBack().catch(onError);
  };
}
