import { expect, onTestFinished, test } from 'vitest';
import { type FleetSource, fleetSource, shownForMs } from '../../collector/fleet-source.ts';
import { openSqliteStore } from '../../collector/store/sqlite.ts';
import type { Store } from '../../collector/store/store.ts';
import { now, seedReport } from './seed-cluster.ts';
import { delivery } from './store/deliveries.ts';

const LARGE = 50;
const after = (ms: number) => new Date(now.getTime() + ms);

interface Scene {
  store: Store;
  fleets: FleetSource;
  /** how often the cluster was judged */
  judged(): number;
  report(index: number, kernelRelease?: string): Promise<void>;
}

async function sceneOf(nodes: number): Promise<Scene> {
  const store = await openSqliteStore(':memory:');
  onTestFinished(() => store.close());
  let count = 0;
  let sequence = 0;
  const onJudged = async () => {
    count += 1;
  };
  const report = async (index: number, kernelRelease = '6.1.0-1-amd64') => {
    sequence += 1;
    const node = `n${String(index).padStart(2, '0')}`;
    const base = seedReport(1, ({ os }) => {
      os.kernelRelease = kernelRelease;
    });
    const collectedAt = new Date(now.getTime() - 60_000 + sequence);
    const body = { ...base, node, collectedAt: collectedAt.toISOString() };
    const instants = { collectedAt, receivedAt: collectedAt };
    await store.deliver(delivery(sequence, body, { cluster: 'c1', node, ...instants }));
  };
  for (let index = 0; index < nodes; index++) await report(index);
  return { store, fleets: fleetSource(store, { onJudged }), judged: () => count, report };
}

const kernelOf = async (fleets: FleetSource, at: Date) => {
  const view = await fleets.recentView('c1', at);
  const os = view?.fleet.nodes[0]?.report?.sections.os;
  return os?.status === 'ok' ? os.facts.kernelRelease : null;
};

test('of a large cluster people see the last judgement while it is young', async () => {
  const { fleets, judged, report } = await sceneOf(LARGE);
  await fleets.view('c1', now);
  await report(0, '9.9.9');
  expect(await kernelOf(fleets, after(60_000))).toBe('6.1.0-1-amd64');
  expect(judged()).toBe(1);
  expect(await kernelOf(fleets, after(60_001))).toBe('9.9.9');
  expect(judged()).toBe(2);
});

test.each([
  [0, 60_000],
  [7_500, 60_000],
  [15_000, 120_000],
])('one that took %i ms is shown for %i ms: the next one rests as well', (took, shown) => {
  expect(shownForMs(took)).toBe(shown);
});

test('of a smaller one they see what came just now', async () => {
  const { fleets, report } = await sceneOf(LARGE - 1);
  await fleets.view('c1', now);
  await report(0, '9.9.9');
  expect(await kernelOf(fleets, after(1))).toBe('9.9.9');
});

test('what people said counts at once, and a clock that was set back too', async () => {
  const { fleets, store, judged } = await sceneOf(LARGE);
  await fleets.view('c1', now);
  await fleets.recentView('c1', now);
  expect(judged()).toBe(1);
  const text = 'nodes: [{name: n00}]\n';
  await store.putPolicy('c1', { text, digest: 'd' }, { by: 'test', at: now });
  const view = await fleets.recentView('c1', after(1));
  expect(view?.summary.expected).toBe(1);
  expect(judged()).toBe(2);
  await fleets.recentView('c1', after(-1));
  expect(judged()).toBe(3);
});

test('nobody is told of a cluster that nobody spoke of', async () => {
  const { fleets } = await sceneOf(0);
  expect(await fleets.recentView('c1', now)).toBeNull();
});
