import type { EventStore, Lease, NewEvent } from '../store/event.ts';
import { changesOf, type Damping, type Known, knownOf } from './damping.ts';
import { readStates } from './drift.ts';
import { heldLease } from './held-lease.ts';
import { listening } from './listening.ts';
import { type Judged, observationsOf } from './observations.ts';

/** Announces what changes of clusters, as long as no other process does. */
export interface Announcer {
  /** is told of each judgement; of one cluster one at a time; it never rejects */
  judged(judgement: Judged): Promise<void>;
  /** leaves it to another process at once */
  close(): Promise<void>;
}

/** What an announcer needs. */
export interface Announcing {
  store: Pick<EventStore, 'lease' | 'release' | 'announced' | 'announce'>;
  damping: Damping;
  /** which process; no two have the same */
  holder: string;
  now(): Date;
  /** is told what is in the store now */
  onAnnounced(events: readonly NewEvent[]): void;
  onError(error: unknown): void;
}

/** An announcer that reads what was announced once, and after that only writes what changed. */
export function announcer(announcing: Announcing): Announcer {
  const { store, damping, holder, now, onAnnounced, onError } = announcing;
  const right = heldLease({ store, name: 'announce', holder, now });
  const known = new Map<string, Known>();
  const isListening = listening();
  let term: number | null = null;

  /** What was read in an earlier term may be old. */
  async function announcedOf(cluster: string, lease: Lease): Promise<Known> {
    if (lease.term !== term) known.clear();
    term = lease.term;
    return known.get(cluster) ?? knownOf(await store.announced(cluster));
  }

  async function announce(judgement: Judged): Promise<void> {
    const { fleet } = judgement;
    const { cluster } = fleet;
    const listens = isListening(fleet);
    const lease = await right.hold();
    if (lease === null) return;
    const before = await announcedOf(cluster, lease);
    // Of a new cluster nothing can be announced too early.
    if (!listens && before.size() > 0) return;
    known.delete(cluster);
    await readStates(fleet.nodes.flatMap(({ report }) => report ?? []));
    const observations = observationsOf(judgement);
    const changes = changesOf(before, observations, { damping, at: fleet.now });
    const { subjects, gone, events } = changes;
    if (subjects.length + gone.length > 0) {
      if (!(await store.announce(lease, { cluster, ...changes }))) return right.release();
      for (const subject of gone) before.forget(subject);
      for (const subject of subjects) before.put(subject);
    }
    known.set(cluster, before);
    if (events.length > 0) onAnnounced(events);
  }

  return {
    judged: (judgement) => announce(judgement).catch(onError),
    close: () => right.release().catch(onError),
  };
}
