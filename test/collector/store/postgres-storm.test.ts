import { expect, test } from 'vitest';
import { type Delivery, type Receipt, SequenceTaken } from '../../../collector/store/store.ts';
import { postgres } from '../../postgres-server.ts';
import { describeWith } from '../../requirements.ts';
import { at, cluster, delivery, reported } from './deliveries.ts';
import { crowdIn } from './postgres-crowd.ts';

/** Many reports at once, as they share transactions and stand in each other's way. */
describeWith([postgres], 'a storm of deliveries to PostgreSQL', () => {
  const { open, deadlocks } = crowdIn('storm');

  test('one that the database cannot hold fails alone, and its neighbours are stored', async () => {
    const store = await open();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => {
        const one = { ...reported(1, at('11:00:00')), node: `n${index}` };
        return store.deliver(index === 7 ? { ...one, schema: 2 ** 40 } : one);
      }),
    );
    const bad = outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []));
    expect(bad).toEqual([7]);
    expect(await store.current(cluster)).toHaveLength(19);
  });

  test('of many at once each gets its own receipt, and a refusal undoes nobody', async () => {
    const store = await open();
    const first = Array.from({ length: 30 }, (_, index) => ({
      ...reported(5, at('11:00:00'), { tookMs: { cpu: index } }),
      node: `n${index}`,
    }));
    const receipts = await Promise.all(first.map((one) => store.deliver(one)));
    const next = first.map((one, index) => {
      if (index % 5 === 0) return one;
      if (index % 5 === 1) return { ...delivery(5, { index }), node: `n${index}` };
      return { ...delivery(index % 5 === 2 ? 4 : 6, { index }), node: `n${index}` };
    });
    const outcomes = await Promise.allSettled(next.map((one) => store.deliver(one)));
    for (const [index, outcome] of outcomes.entries()) {
      const kind = index % 5;
      const told = outcome.status === 'fulfilled' ? outcome.value : outcome.reason;
      if (kind === 0) expect(told).toEqual({ ...receipts[index], repeated: true });
      else if (kind === 1) expect(told).toEqual(new SequenceTaken(5));
      else expect(told).toMatchObject({ digest: next[index]?.digest, late: kind === 2 });
      if (kind === 1) continue;
      const history = await store.history(cluster, `n${index}`, { limit: 9 });
      const kept = [next[index]?.sequence, 5].filter((one) => one !== undefined);
      const expected = kind === 0 ? [5] : kept.sort((one, other) => other - one);
      expect(history.map(({ sequence }) => sequence)).toEqual(expected);
    }
  });

  test('the same and other reports to two, beside retention: each is kept once', async () => {
    const stores = [await open(), await open()];
    const [nodes, rounds] = [24, 12];
    const receipts: Receipt[] = [];
    let [clearing, removed] = [true, 0];
    const clear = async () => {
      while (clearing) {
        const step = await stores[0]?.retain({ fullMs: 0, maximumMs: 0 }, at('23:00:00'));
        removed += step?.removed ?? 0;
      }
    };
    const cleared = clear();
    for (let round = 1; round <= rounds; round++) {
      const deliveries = Array.from({ length: nodes }, (_, index) => storming(index, round));
      const brought = stores.flatMap((store, which) => {
        const turned = which === 0 ? deliveries : [...deliveries].reverse();
        return turned.map((one) => store.deliver(one));
      });
      receipts.push(...(await Promise.all(brought)));
    }
    clearing = false;
    await cleared;
    const fresh = receipts.filter(({ repeated }) => !repeated);
    expect([receipts.length, fresh.length]).toEqual([2 * nodes * rounds, nodes * rounds]);
    expect(await stores[0]?.current(cluster)).toHaveLength(nodes);
    for (const { id } of (await stores[0]?.current(cluster)) ?? []) {
      expect(JSON.parse((await stores[1]?.bodies([id]))?.[0] ?? '')).toHaveProperty('schema', 1);
    }
    expect(removed).toBeGreaterThan(0);
    expect(await deadlocks()).toBe(0);
  }, 60_000);
});

/** What is new in it is new in those of other nodes too, in other company: sections, and all. */
function storming(index: number, round: number): Delivery {
  const one = reported(round, at('11:00:00'), {
    tookMs: { cpu: index },
    sections: {
      os: { facts: { kernelRelease: `5.10.0-${round}-${index % 5}` } },
      memory: { facts: { totalBytes: 1e9 + round * 10 + (index % 4) } },
      time: { facts: { source: `10.0.${round}.${index % 3}` } },
    },
  });
  return { ...one, node: `n${index}` };
}
