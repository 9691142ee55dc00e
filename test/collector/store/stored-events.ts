import { expect } from 'vitest';
import type { Store } from '../../../collector/store/store.ts';

const [cluster, node] = ['c1.example.org', 'n1.example.org'];

/** What the files of schemas that know events have of them, in any engine. */
export async function holdsEvents(store: Store): Promise<void> {
  const event = { cluster, type: 'node.overdue', subject: node, was: 'reporting', now: 'overdue' };
  const at = new Date('2026-03-01T10:15:00Z');
  expect(await store.events({ after: 0, limit: 9 })).toEqual([
    { ...event, id: 5, at, detail: ['its report is old'] },
  ]);
  expect(await store.announced(cluster)).toEqual([
    {
      ...{ kind: 'node', subject: node, value: 'overdue', recent: ['reporting', 'overdue'] },
      round: at.toISOString(),
    },
  ]);
  const nextAt = new Date('2026-03-01T10:16:00Z');
  expect(await store.delivered('t1')).toEqual({ after: 4, failures: 2, firstFailedAt: at, nextAt });
  const wanted = { name: 'announce', holder: 'b' };
  expect(await store.lease(wanted, { now: nextAt, until: nextAt })).toEqual({ ...wanted, term: 4 });
}
