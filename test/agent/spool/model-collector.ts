import { gunzipSync } from 'node:zlib';
import { NoAnswer } from '../../../agent/delivery/connection.ts';
import type { Courier } from '../../../agent/delivery/courier.ts';
import type { Identity } from '../../../agent/identity/identity.ts';
import { digestOf } from '../../../agent/spool/entry.ts';

export const identity: Identity = {
  format: 1,
  collector: 'http://127.0.0.1:1',
  cluster: 'prod',
  node: 'node1',
  key: '0'.repeat(64),
  trust: null,
  enrolledAt: '2026-11-22T12:00:00.000Z',
};

/** How the collector behaves to one delivery. */
export type Mood = 'takes' | 'down' | 'answer lost' | 'fails';

/** What a collector promises of deliveries, and nothing else of it. */
export class ModelCollector {
  /** digests committed, with the sequence they first came under */
  readonly committed = new Map<string, number>();
  /** sequences that came with two different reports */
  replays = 0;
  private readonly used = new Map<number, string>();
  private readonly mood: () => Mood;

  constructor(mood: () => Mood) {
    this.mood = mood;
  }

  readonly courier: Courier = {
    identity,
    post: async ({ body, sequence }) => {
      const mood = this.mood();
      if (mood === 'down') throw new NoAnswer('nobody there', false);
      if (mood === 'fails') return answer(500, { code: 'internal', detail: '' });
      const digest = digestOf(gunzipSync(body));
      if ((this.used.get(sequence) ?? digest) !== digest) {
        this.replays += 1;
        const lastSequence = Math.max(...this.used.keys());
        return answer(409, { code: 'replayed', detail: '', lastSequence });
      }
      if (!this.committed.has(digest)) {
        this.committed.set(digest, sequence);
        this.used.set(sequence, digest);
      }
      if (mood === 'answer lost') throw new NoAnswer('connection reset', true);
      return answer(200, { digest });
    },
  };
}

function answer(status: number, body: object) {
  return { status, text: JSON.stringify(body), retryAfter: null };
}
