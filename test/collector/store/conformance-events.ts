import { expect, test } from 'vitest';
import type { Announced, Lease, NewEvent } from '../../../collector/store/event.ts';
import { EVENTS_MAX } from '../../../collector/store/event-rows.ts';
import type { Store } from '../../../collector/store/store.ts';
import type { OpenStore } from './conformance.ts';
import { at } from './deliveries.ts';

const nothing = { subjects: [], gone: [], events: [] };

/** A lease that is held until noon. */
export async function leased(store: Store, name: string, holder = 'a'): Promise<Lease> {
  const times = { now: at('10:00:00'), until: at('12:00:00') };
  const lease = await store.lease({ name, holder }, times);
  if (lease === null) throw new Error('another holder has it');
  return lease;
}

export const overdue: NewEvent = {
  at: at('11:00:00'),
  type: 'node.overdue',
  subject: 'n1',
  was: 'reporting',
  now: 'overdue',
  detail: ['CHECK n1: its report is old', 'é "quoted" \\ back'],
};

export const subject: Announced = {
  kind: 'node',
  subject: 'n1',
  value: 'overdue',
  recent: ['reporting', 'overdue'],
  round: '2026-03-01T11:00:00.000Z',
};

/** Each change is announced once, however many processes there are. */
export function eventsConform(open: OpenStore): void {
  leases(open);
  announcing(open);
  listing(open);
  clearing(open);
  targets(open);
}

function leases(open: OpenStore): void {
  test('a lease is one holder’s until it ends, at its very instant', async () => {
    const store = await open();
    const take = (holder: string, now: string, until: string) =>
      store.lease({ name: 'announce', holder }, { now: at(now), until: at(until) });
    const lease = { name: 'announce', holder: 'a', term: 1 };
    expect(await take('a', '10:00:00', '10:01:00')).toEqual(lease);
    expect(await take('b', '10:00:59', '10:02:00')).toBeNull();
    expect(await take('a', '10:00:59', '10:01:30')).toEqual(lease);
    expect(await take('b', '10:01:29', '10:03:00')).toBeNull();
    expect(await take('b', '10:01:30', '10:03:00')).toEqual({ ...lease, holder: 'b', term: 2 });
    expect(await take('a', '10:02:00', '10:04:00')).toBeNull();
    expect(await take('a', '10:03:00', '10:04:00')).toEqual({ ...lease, term: 3 });
    // Its own that has ended, and that nobody took, goes on.
    expect(await take('a', '11:00:00', '11:01:00')).toEqual({ ...lease, term: 3 });
  });

  test('a lease that is given back is free at once, and its next term another', async () => {
    const store = await open();
    const lease = await leased(store, 'announce');
    const other = { name: 'announce', holder: 'b' };
    const times = { now: at('10:30:00'), until: at('11:00:00') };
    await store.release({ ...lease, term: 9 });
    await store.release({ ...lease, holder: 'b' });
    expect(await store.lease(other, times)).toBeNull();
    await store.release(lease);
    expect(await store.lease(other, times)).toEqual({ ...other, term: 2 });
    await store.release(lease);
    expect(await store.lease({ ...other, holder: 'c' }, times)).toBeNull();
    expect(await leased(store, 'another')).toEqual({ name: 'another', holder: 'a', term: 1 });
  });
}

function announcing(open: OpenStore): void {
  test('what is announced of a cluster is kept, replaced and forgotten', async () => {
    const store = await open();
    const lease = await leased(store, 'announce');
    const drift: Announced = { kind: 'drift', subject: 'n1', value: 'x', recent: [], round: '' };
    const announce = (cluster: string, subjects: Announced[], gone: Announced[] = []) =>
      store.announce(lease, { ...nothing, cluster, subjects, gone });
    expect(await announce('c1', [subject, drift])).toBe(true);
    expect(await announce('c2', [subject])).toBe(true);
    const later: Announced = { ...subject, value: 'reporting', recent: ['overdue'], round: 'r2' };
    expect(await announce('c1', [later], [drift])).toBe(true);
    expect(await announce('c1', [], [drift])).toBe(true);
    expect(await store.announced('c1')).toEqual([later]);
    expect(await store.announced('c2')).toEqual([subject]);
    expect(await store.announced('c3')).toEqual([]);
  });

  test('nothing is kept under a lease that another took, or that was given back', async () => {
    const store = await open();
    const first = await leased(store, 'announce');
    await store.release(first);
    const all = { cluster: 'c1', subjects: [subject], gone: [], events: [overdue] };
    expect(await store.announce(first, all)).toBe(false);
    const second = await leased(store, 'announce', 'b');
    expect(await store.announce(first, all)).toBe(false);
    expect(await store.announce({ ...second, term: 1 }, all)).toBe(false);
    expect([await store.announced('c1'), await store.lastEvent()]).toEqual([[], 0]);
    expect(await store.announce(second, all)).toBe(true);
    expect(await store.announced('c1')).toEqual([subject]);
    expect(await store.events({ after: 0, limit: 9 })).toHaveLength(1);
  });
}

function listing(open: OpenStore): void {
  test('events are read in the order in which they were announced', async () => {
    const store = await open();
    const lease = await leased(store, 'announce');
    expect(await store.lastEvent()).toBe(0);
    const opened: NewEvent = { ...overdue, type: 'verdict.opened', subject: 'join', detail: [] };
    // Of another time than their order.
    const late = { ...overdue, at: at('09:00:00') };
    await store.announce(lease, { ...nothing, cluster: 'c1', events: [overdue, opened] });
    await store.announce(lease, { ...nothing, cluster: 'c2', events: [late] });
    await store.announce(lease, { ...nothing, cluster: 'c1', events: [late] });
    const kept = await store.events({ after: 0, limit: 9 });
    const [first = 0, second = 0, third = 0, fourth = 0] = kept.map(({ id }) => id);
    expect(kept).toEqual([
      { ...overdue, id: first, cluster: 'c1' },
      { ...opened, id: second, cluster: 'c1' },
      { ...late, id: third, cluster: 'c2' },
      { ...late, id: fourth, cluster: 'c1' },
    ]);
    const ids = async (page: Parameters<Store['events']>[0]) =>
      (await store.events(page)).map(({ id }) => id);
    expect([first < second, second < third, third < fourth]).toEqual([true, true, true]);
    expect(await ids({ after: first, limit: 2 })).toEqual([second, third]);
    expect(await ids({ after: first, cluster: 'c1', limit: 9 })).toEqual([second, fourth]);
    expect(await ids({ after: 0, cluster: 'c1', limit: 1 })).toEqual([first]);
    expect(await ids({ after: 0, cluster: 'c3', limit: 9 })).toEqual([]);
    expect(await store.lastEvent()).toBe(fourth);
  });
}

function clearing(open: OpenStore): void {
  const all = { fullMs: 0, maximumMs: null };

  async function cleared(store: Store, retention: Parameters<Store['retain']>[0]): Promise<void> {
    for (let more = true; more; ) ({ more } = await store.retain(retention, at('12:00:00')));
  }

  test('the newest events stay, as many as there may be', async () => {
    const store = await open();
    const lease = await leased(store, 'announce');
    const events = Array.from({ length: EVENTS_MAX + 450 }, () => overdue);
    await store.announce(lease, { ...nothing, cluster: 'c1', events });
    const last = await store.lastEvent();
    await cleared(store, all);
    const kept = await store.events({ after: 0, limit: EVENTS_MAX + 1 });
    expect([kept.length, kept.at(-1)?.id]).toEqual([EVENTS_MAX, last]);
  });

  test('events beyond the maximum of history go, but for the last one', async () => {
    const store = await open();
    const lease = await leased(store, 'announce');
    const events = ['08:00:00', '11:00:00', '09:00:00'].map((time) => ({
      ...overdue,
      at: at(time),
    }));
    await store.announce(lease, { ...nothing, cluster: 'c1', events });
    const last = await store.lastEvent();
    const times = async () =>
      (await store.events({ after: 0, limit: 9 })).map((event) => event.at.getUTCHours());
    await cleared(store, { ...all, maximumMs: 3 * 3_600_000 });
    expect(await times()).toEqual([11, 9]);
    await cleared(store, { ...all, maximumMs: 60_000 });
    expect([await times(), await store.lastEvent()]).toEqual([[9], last]);
    await store.announce(lease, { ...nothing, cluster: 'c1', events });
    expect(await store.lastEvent()).toBeGreaterThan(last);
  });
}

function targets(open: OpenStore): void {
  test('how far a target was told is kept by whoever holds its lease', async () => {
    const store = await open();
    const lease = await leased(store, 'webhook:t1');
    expect(await store.delivered('t1')).toBeNull();
    const told = { after: 7, failures: 0, firstFailedAt: null, nextAt: null };
    expect(await store.putDelivered(lease, 't1', told)).toBe(true);
    expect(await store.delivered('t1')).toEqual(told);
    const failed = { ...told, failures: 2, firstFailedAt: at('11:00:00'), nextAt: at('11:05:00') };
    expect(await store.putDelivered(lease, 't1', failed)).toBe(true);
    await store.release(lease);
    expect(await store.putDelivered(lease, 't1', told)).toBe(false);
    expect([await store.delivered('t1'), await store.delivered('t2')]).toEqual([failed, null]);
  });
}
