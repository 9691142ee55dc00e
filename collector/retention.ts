import type { Retention, Store } from './store/store.ts';

/** How often history is cleared; and a pause between two steps, for those who wait meanwhile. */
export interface RetentionPace {
  everyMs: number;
  pauseMs: number;
}

export const defaultRetentionPace: RetentionPace = {
  // A report an hour too old takes little room.
  everyMs: 3_600_000,
  // A step is some ten milliseconds.
  pauseMs: 200,
};

/** What the task needs besides its pace. */
export interface RetentionTask {
  store: Store;
  retention: Retention;
  now(): Date;
  onError(error: unknown): void;
}

/** Clears history in small steps until the returned function is called, which waits for a step. */
export function keepRetention(
  { store, retention, now, onError }: RetentionTask,
  pace: RetentionPace = defaultRetentionPace,
): () => Promise<void> {
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
      const { more } = await store.retain(retention, now());
      plan(more ? pace.pauseMs : pace.everyMs);
    } catch (error) {
      onError(error);
      plan(pace.everyMs);
    }
  }

  plan(pace.pauseMs);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await step;
  };
}
