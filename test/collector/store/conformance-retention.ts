import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Retention, Store } from '../../../collector/store/store.ts';
import type { OpenStore } from './conformance.ts';
import { at, cluster, reported } from './deliveries.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const week: Retention = { fullMs: 7 * DAY_MS, maximumMs: null };
const now = at('00:00:00', 30);

/** A report in a history: hours before now, and which state of the node it tells. */
interface Told {
  hoursAgo: number;
  state: number;
}

/** History grows with change and with days, and nothing that counts goes. */
export function retentionConforms(open: OpenStore): void {
  tables(open);
  clocks(open);
  properties(open);
}

function tables(open: OpenStore): void {
  test.each<[string, Told[], Retention, number[]]>([
    ['all of the last week stays', times([100, 99, 98]), week, [1, 2, 3]],
    ['the week ends at its very instant', times([170, 169, 168, 167, 1]), week, [1, 3, 4, 5]],
    ['one of a day stays', times([215, 214, 213, 212, 1]), week, [1, 5]],
    ['one of each day stays', times([242, 241, 240, 239, 1]), week, [1, 3, 5]],
    [
      'one of each change stays',
      states([215, 'a'], [214, 'b'], [213, 'b'], [212, 'a'], [1, 'a']),
      week,
      [1, 2, 4, 5],
    ],
    ['the current one stays, however old', times([501, 500, 499]), week, [1, 3]],
    [
      'past the maximum all go but the current',
      times([501, 500, 499]),
      { ...week, maximumMs: 20 * DAY_MS },
      [3],
    ],
    [
      'up to the maximum one of a day stays',
      times([482, 481, 480, 479, 478, 1]),
      { ...week, maximumMs: 20 * DAY_MS },
      [3, 6],
    ],
    [
      'a maximum below the time of all is obeyed',
      times([99, 98, 97]),
      { ...week, maximumMs: 98 * HOUR_MS },
      [2, 3],
    ],
  ])('%s', async (...[, told, retention, stays]) => {
    const store = await open();
    await tell(store, told);
    await retainAll(store, retention);
    expect(await sequences(store)).toEqual(stays);
  });

  test('goes in small steps, and says when there is no more', async () => {
    const store = await open();
    const hours = Array.from({ length: 450 }, (_, index) => 720 - index / 60);
    await tell(store, times([...hours, 1]));
    const steps: boolean[] = [];
    let removed = 0;
    for (let more = true; more; ) {
      const step = await store.retain(week, now);
      expect(step.removed).toBeLessThanOrEqual(200);
      removed += step.removed;
      more = step.more;
      steps.push(more);
    }
    expect(removed).toBe(449);
    expect(steps).toEqual([true, true, false]);
    expect(await store.retain(week, now)).toEqual({ removed: 0, more: false });
  });

  test('what is cleared once is not looked at again, until the maximum', async () => {
    const store = await open();
    await tell(store, times([215, 214, 213, 1]));
    await retainAll(store, week);
    await retainAll(store, { ...week, maximumMs: 8 * DAY_MS });
    expect(await sequences(store)).toEqual([4]);
  });
}

function clocks(open: OpenStore): void {
  test('the clock of a node takes nothing away: time is when a report came', async () => {
    const store = await open();
    const long = at('00:00:00', -400);
    for (const hoursAgo of [4, 3, 2]) {
      const receivedAt = new Date(now.getTime() - hoursAgo * HOUR_MS);
      const collectedAt = new Date(long.getTime() - hoursAgo);
      await store.deliver({ ...reported(9 - hoursAgo, collectedAt), receivedAt });
    }
    await retainAll(store, { ...week, maximumMs: 20 * DAY_MS });
    expect(await sequences(store)).toEqual([5, 6, 7]);
  });

  test('a clock that stands still leaves one a day, as any other', async () => {
    const store = await open();
    for (const [index, days] of [9, 9, 8, 8, 1].entries()) {
      const receivedAt = new Date(now.getTime() - days * DAY_MS + index * 60_000);
      const collectedAt = new Date(at('00:00:00').getTime() + index);
      await store.deliver({ ...reported(index + 1, collectedAt), receivedAt });
    }
    await retainAll(store, week);
    expect(await sequences(store)).toEqual([1, 3, 5]);
  });
}

function properties(open: OpenStore): void {
  const history = fc.array(
    fc.record({
      hoursAgo: fc.integer({ min: 0, max: 240 }),
      state: fc.integer({ max: 2, min: 0 }),
    }),
    { maxLength: 25, minLength: 1 },
  );

  test('what must stay stays, as it was, and what repeats goes', async () => {
    const property = fc.asyncProperty(
      history,
      fc.infiniteStream(fc.nat()),
      async (told, chance) => {
        const store = await open();
        // They arrive in any order.
        const order = told.map((_, index) => [[...chance.take(1)][0] ?? 0, index + 1] as const);
        order.sort(([a], [b]) => a - b);
        const only = order.map(([, sequence]) => sequence);
        await tell(store, told, only);
        const before = await bodiesBySequence(store);
        const half = only.length > 5;
        if (half) await retainAll(store, { ...week, fullMs: 9 * DAY_MS });
        await retainAll(store, week);
        const stays = told.flatMap((one, index) => (mustStay(told, one, index) ? [index + 1] : []));
        expect(await sequences(store)).toEqual(stays);
        const after = await bodiesBySequence(store);
        expect([...after]).toEqual([...before].filter(([sequence]) => stays.includes(sequence)));
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });
}

/** The promise in the plainest words; `told` is in the order of the sequences. */
function mustStay(told: readonly Told[], one: Told, index: number): boolean {
  const last = told[index - 1];
  return (
    one.hoursAgo * HOUR_MS <= week.fullMs ||
    index === told.length - 1 ||
    last === undefined ||
    last.state !== one.state ||
    dayOf(last) !== dayOf(one)
  );
}

function dayOf({ hoursAgo }: Told): string {
  return timeOf({ hoursAgo }).toISOString().slice(0, 10);
}

function timeOf({ hoursAgo }: Pick<Told, 'hoursAgo'>): Date {
  return new Date(now.getTime() - hoursAgo * HOUR_MS);
}

function times(hours: number[]): Told[] {
  return hours.map((hoursAgo) => ({ hoursAgo, state: 0 }));
}

function states(...list: [hoursAgo: number, state: string][]): Told[] {
  return list.map(([hoursAgo, state]) => ({ hoursAgo, state: state.charCodeAt(0) }));
}

/** Delivers a history, each report under its place in it; `order` is that of arrival. */
async function tell(
  store: Store,
  told: readonly Told[],
  order: readonly number[] = told.map((_, index) => index + 1),
): Promise<void> {
  await Promise.all(
    order.map((sequence) => {
      const { hoursAgo, state } = told[sequence - 1] ?? { hoursAgo: 0, state: 0 };
      const tookMs = { cpu: sequence };
      const agent = { version: `0.1.${state}` };
      return store.deliver(reported(sequence, timeOf({ hoursAgo }), { tookMs, agent }));
    }),
  );
}

async function retainAll(store: Store, retention: Retention): Promise<void> {
  while ((await store.retain(retention, now)).more);
}

async function sequences(store: Store): Promise<number[]> {
  const history = await store.history(cluster, 'n1', { limit: 1000 });
  return history.map(({ sequence }) => sequence).reverse();
}

async function bodiesBySequence(store: Store): Promise<Map<number, string>> {
  const history = await store.history(cluster, 'n1', { limit: 1000 });
  const bodies = await store.bodies(history.map(({ id }) => id));
  const pairs = history.map(({ sequence }, index) => [sequence, bodies[index] ?? ''] as const);
  return new Map(pairs.reverse());
}
