import { expect, test } from 'vitest';
import type { Figures, StandingChange } from '../../../collector/store/store.ts';
import type { OpenStore } from './conformance.ts';
import { at, cluster, delivery, reported } from './deliveries.ts';

const figures: Figures = {
  vgFreeBytes: 5,
  vgSizeBytes: 20,
  memoryAvailableBytes: 7,
  clockOffsetMs: -0.25,
};
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function change(node: string | null, time: string, more: Partial<StandingChange> = {}) {
  const counts = { fails: 0, unknowns: 0, warns: 0 };
  return { node, at: at(time), was: null, verdict: 'pass' as const, ...counts, ...more };
}

/** What is kept so that no view reads the history. */
export function standingsConform(open: OpenStore): void {
  changes(open);
  series(open);
  pairs(open);
}

function changes(open: OpenStore): void {
  test('the last change of each node stands, and all are history', async () => {
    const store = await open();
    const first = [change(null, '10:00:00'), change('n1', '10:00:00'), change('n2', '10:00:00')];
    const failed = change('n1', '11:00:00', { was: 'pass', verdict: 'fail', fails: 2, warns: 1 });
    await store.noteStandings('c1', first);
    await store.noteStandings('c1', [failed]);
    await store.noteStandings('c2', [change('n1', '12:00:00')]);
    expect(await store.standings('c1')).toEqual([first[0], failed, first[2]]);
    expect(await store.standingHistory('c1', 'n1', 9)).toEqual([failed, first[1]]);
    expect(await store.standingHistory('c1', 'n1', 1)).toEqual([failed]);
    expect(await store.recentChanges('c1', at('10:00:00'))).toEqual([failed]);
    expect((await store.recentChanges('c1', at('09:59:59'))).map(({ node }) => node)).toEqual([
      'n1',
      'n2',
      'n1',
      null,
    ]);
  });
}

function series(open: OpenStore): void {
  test('a delivery adds its figures once, one without any adds nothing', async () => {
    const store = await open();
    const one = { ...delivery(1, 'one'), figures };
    await store.deliver(one);
    await store.deliver(one);
    await store.deliver(delivery(2, 'two', { collectedAt: at('11:15:00') }));
    const untold = { ...figures, vgFreeBytes: null };
    await store.deliver({
      ...delivery(3, 'three', { collectedAt: at('11:30:00') }),
      figures: untold,
    });
    expect(await store.series(cluster, 'n1', at('00:00:00'))).toEqual([
      { at: at('11:00:00'), ...figures },
      { at: at('11:30:00'), ...untold },
    ]);
    expect(await store.series(cluster, 'n1', at('11:00:01'))).toHaveLength(1);
    expect(await store.series(cluster, 'n2', at('00:00:00'))).toEqual([]);
  });

  test('old figures are thinned: one an hour after a week, one a day after 90 days', async () => {
    const store = await open();
    const startMs = at('00:00:00').getTime();
    const stepMs = 6 * HOUR_MS;
    let sequence = 0;
    const add = (ms: number) => {
      sequence += 1;
      const collectedAt = new Date(ms);
      return store.deliver({ ...delivery(sequence, `${ms}`, { collectedAt }), figures });
    };
    // Two an hour apart by a quarter, every six hours, for a hundred days.
    for (let ms = startMs; ms < startMs + 100 * DAY_MS; ms += stepMs) {
      await add(ms);
      await add(ms + HOUR_MS / 4);
    }
    const points = await store.series(cluster, 'n1', new Date(0));
    const perDay = new Map<number, number>();
    for (const point of points) {
      const day = Math.floor((point.at.getTime() - startMs) / DAY_MS);
      perDay.set(day, (perDay.get(day) ?? 0) + 1);
    }
    expect([perDay.get(0), perDay.get(5), perDay.get(20), perDay.get(80), perDay.get(98)]).toEqual([
      1, 1, 4, 4, 8,
    ]);
    expect(points[0]?.at).toEqual(new Date(startMs));
  });
}

function pairs(open: OpenStore): void {
  test('the last two that differ are found, and each report by its id', async () => {
    const store = await open();
    expect(await store.lastChange(cluster, 'n1')).toBeNull();
    await store.deliver(reported(1, at('10:00:00')));
    expect(await store.lastChange(cluster, 'n1')).toBeNull();
    const other = { agent: { version: '9.9.9' } };
    const before = await store.deliver(reported(2, at('10:15:00'), other));
    const after = await store.deliver(reported(3, at('10:30:00')));
    await store.deliver(reported(4, at('10:45:00')));
    expect(await store.lastChange(cluster, 'n1')).toEqual({ from: before.id, to: after.id });
    const [, , past] = await store.history(cluster, 'n1', { limit: 9 });
    expect(await store.pastReport(cluster, 'n1', before.id)).toEqual(past);
    expect(await store.pastReport(cluster, 'n2', before.id)).toBeNull();
    expect(await store.pastReport('c2', 'n1', before.id)).toBeNull();
  });
}
