import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { defaultDamping } from '../../../collector/announce/damping.ts';
import { openPostgresStore } from '../../../collector/store/postgres.ts';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import type { Store } from '../../../collector/store/store.ts';
import type { GateState } from '../../../shared/gate.ts';
import { type PostgresServer, postgres, startPostgres } from '../../postgres-server.ts';
import { describeWith } from '../../requirements.ts';
import { temporaryFolder } from '../test-app.ts';
import { type At, eventsOf, judgedAt, opened, process } from './processes.ts';
import { gateOf, judgedAs, later, nodeOf, reportOf } from './views.ts';

describe('of two processes', () => {
  test('one announces, and the other goes on when it is killed', async () => {
    const store = await opened();
    const [one, other] = [process(store), process(store, { holder: 'b' })];
    await one.judge(judgedAt(0));
    await other.judge(judgedAt(0.5, { state: 'closed' }));
    expect(await eventsOf(store)).toEqual([]);
    await other.judge(judgedAt(2, { state: 'closed' }));
    expect(await eventsOf(store)).toEqual(['2 verdict.closed health']);
    // It was away, and what it remembers is old.
    await one.judge(judgedAt(4, { state: 'closed' }));
    await one.judge(judgedAt(5, { state: 'open' }));
    expect(await eventsOf(store)).toEqual(['2 verdict.closed health', '5 verdict.opened health']);
    expect([one.told, other.told]).toEqual([['verdict.opened'], ['verdict.closed']]);
  });

  test('the other goes on at once when the first is closed', async () => {
    const store = await opened();
    const [one, other] = [process(store), process(store, { holder: 'b' })];
    await one.judge(judgedAt(0));
    await one.close();
    await other.judge(judgedAt(0.1, { state: 'closed' }));
    expect(await eventsOf(store)).toEqual(['0.1 verdict.closed health']);
  });

  test('whoever lost the lease while it judged announces nothing', async () => {
    const store = await opened();
    const [one, other] = [process(store), process(store, { holder: 'b' })];
    await one.judge(judgedAt(0));
    await other.judge(judgedAt(2, { state: 'closed' }));
    // It believes for some seconds more that it has the lease.
    await one.judge(judgedAt(0.1, { state: 'closed' }));
    expect(await eventsOf(store)).toEqual(['2 verdict.closed health']);
    expect([one.told, one.errors]).toEqual([[], []]);
  });
});

/** What both see in each round: a verdict and a kernel. */
const flapping: At[] = Array.from({ length: 24 }, (_, index) => ({
  state: index % 6 < 3 ? 'open' : 'closed',
  kernel: index % 8 < 4 ? 'k1' : 'k2',
}));

/** Two processes are told the same at the same time, again and again. */
async function bothJudge(stores: readonly Store[]): Promise<string[]> {
  const both = stores.map((store, index) =>
    process(store, { damping: defaultDamping, holder: `p${index}` }),
  );
  for (const [index, at] of flapping.entries()) {
    const view = judgedAt(15 * index, at);
    await Promise.all(both.map(({ judge }) => judge(view)));
  }
  expect(both.flatMap(({ errors }) => errors)).toEqual([]);
  const events = stores[0] === undefined ? [] : await eventsOf(stores[0]);
  expect(both.flatMap(({ told }) => told)).toHaveLength(events.length);
  return events;
}

async function alone(): Promise<string[]> {
  const store = await opened();
  const { judge } = process(store, { damping: defaultDamping });
  for (const [index, at] of flapping.entries()) await judge(judgedAt(15 * index, at));
  return eventsOf(store);
}

test('two processes over one file of SQLite announce each change once', async () => {
  const path = join(temporaryFolder(), 'muster.db');
  const events = await bothJudge([await opened(path), await opened(path)]);
  expect(events.length).toBeGreaterThan(10);
  expect(events).toEqual(await alone());
});

describeWith([postgres], 'over PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.end());

  test('two processes announce each change once', async () => {
    const url = server.url(await server.database());
    const stores = [await openPostgresStore(url), await openPostgresStore(url)];
    onTestFinished(async () => void (await Promise.all(stores.map((store) => store.close()))));
    expect(await bothJudge(stores)).toEqual(await alone());
  });
});

/** A judgement, so many minutes after the one before, by a process that may be a new one. */
interface Turn {
  minutes: number;
  state: GateState;
  /** of n1, which reports in each turn, and of n2; null: n2 does not */
  kernels: [string, string | null];
  ends: 'goes on' | 'closes' | 'is killed';
}

async function play(turns: readonly Turn[], restarts: boolean): Promise<string[]> {
  const store = await openSqliteStore(':memory:');
  try {
    let judging = process(store, { damping: defaultDamping });
    let minute = 0;
    let second = reportOf('n2');
    for (const [index, { minutes, state, kernels, ends }] of turns.entries()) {
      minute += minutes;
      const at = later(minute);
      if (kernels[1] !== null) second = reportOf('n2', -minute, kernels[1]);
      const first = reportOf('n1', -minute, kernels[0]);
      const nodes = [nodeOf('n1', first, { at }), nodeOf('n2', second, { at })];
      await judging.judge(judgedAs({ at, nodes, gates: [gateOf(state)] }));
      if (!restarts || ends === 'goes on') continue;
      if (ends === 'closes') await judging.close();
      judging = process(store, { damping: defaultDamping, holder: `h${index}` });
    }
    return await eventsOf(store);
  } finally {
    await store.close();
  }
}

test('whenever processes end and others begin, the same is announced', async () => {
  const kernel = fc.constantFrom('k1', 'k1', 'k2');
  const turn: fc.Arbitrary<Turn> = fc.record({
    minutes: fc.integer({ min: 1, max: 15 }),
    state: fc.constantFrom('open', 'closed', 'undecided'),
    kernels: fc.tuple(kernel, fc.option(kernel)),
    ends: fc.constantFrom('goes on', 'closes', 'is killed'),
  });
  const turns = fc.array(turn, { minLength: 20, maxLength: 60 });
  let announced = 0;
  await fc.assert(
    fc.asyncProperty(turns, async (all) => {
      const events = await play(all, false);
      announced += events.length;
      expect(await play(all, true)).toEqual(events);
    }),
    { numRuns: 40 },
  );
  expect(announced).toBeGreaterThan(100);
});
