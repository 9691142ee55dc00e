import type { ClusterView } from './cluster-view.ts';
import type { FleetSource } from './fleet-source.ts';
import type { Store } from './store/store.ts';

/** How long the task rests between two rounds over all clusters. */
export interface JudgingPace {
  pauseMs: number;
  /** at least this many times as long as the round took */
  share: number;
}

export const defaultJudgingPace: JudgingPace = {
  // Nobody who looks is shown anything much older, and nobody waits for it.
  pauseMs: 10_000,
  // At most a fifth of one CPU goes into it, however large the clusters are.
  share: 4,
};

/** What the task needs besides its pace. */
export interface JudgingTask {
  store: Pick<Store, 'clusters'>;
  fleets: Pick<FleetSource, 'view'>;
  now(): Date;
  /** what else is to be done of it before the next one; waited for when it takes time */
  onJudged(view: ClusterView): unknown;
  onError(error: unknown): void;
}

/** Judges what came, whether anybody looks or not, until the returned function is called. */
export function keepJudged(
  { store, fleets, now, onJudged, onError }: JudgingTask,
  pace: JudgingPace = defaultJudgingPace,
): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();

  function plan(delayMs: number): void {
    if (stopped) return;
    timer = setTimeout(() => {
      round = once();
    }, delayMs);
    // It alone is no reason to go on.
    timer.unref();
  }

  async function once(): Promise<void> {
    const began = now().getTime();
    try {
      for (const cluster of await store.clusters()) {
        const view = stopped ? null : await fleets.view(cluster, now());
        if (view !== null) await onJudged(view);
      }
    } catch (error) {
      onError(error);
    }
    plan(Math.max(pace.pauseMs, pace.share * (now().getTime() - began)));
  }

  plan(0);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await round;
  };
}
