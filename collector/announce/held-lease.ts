import type { EventStore, Lease } from '../store/event.ts';

/** A lease that this process holds as long as it asks for it and no other one has it. */
export interface HeldLease {
  /** null: another process has it */
  hold(): Promise<Lease | null>;
  /** gives it back, when it is held */
  release(): Promise<void>;
}

export interface LeaseWanted {
  store: Pick<EventStore, 'lease' | 'release'>;
  name: string;
  /** which process; no two have the same */
  holder: string;
  now(): Date;
}

/** Whoever is killed keeps the others waiting for no longer. */
const LEASE_MS = 60_000;
/** It is renewed, and asked for again, so long after it was asked for. */
const AGAIN_MS = LEASE_MS / 4;

/** A lease of that name, not held yet. */
export function heldLease({ store, name, holder, now }: LeaseWanted): HeldLease {
  let held: Lease | null = null;
  let askedMs = Number.NEGATIVE_INFINITY;

  return {
    async hold() {
      const at = now();
      const sinceMs = at.getTime() - askedMs;
      // A clock that was set back must not make it wait.
      if (sinceMs >= 0 && sinceMs < AGAIN_MS) return held;
      held = null;
      const until = new Date(at.getTime() + LEASE_MS);
      held = await store.lease({ name, holder }, { until, now: at });
      askedMs = at.getTime();
      return held;
    },

    async release() {
      const lease = held;
      held = null;
      askedMs = Number.NEGATIVE_INFINITY;
      if (lease !== null) await store.release(lease);
    },
  };
}
