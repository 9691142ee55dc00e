import { expect, test } from 'vitest';
import { type ClusterView, viewOfFleet } from '../../collector/cluster-view.ts';
import { buildFleet } from '../../collector/fleet.ts';
import { type JudgingTask, keepJudged } from '../../collector/keep-judged.ts';
import { now, seedPolicy, seedReports } from './seed-cluster.ts';

const viewOf = (cluster: string) =>
  viewOfFleet(buildFleet({ cluster, policy: seedPolicy(), reports: seedReports(), now }));

/** Lets the task go on until it began its round of that number, and tells what was said. */
async function saidUntil(round: number, changes: Partial<JudgingTask> = {}): Promise<string[]> {
  const said: string[] = [];
  let begun = 0;
  let wake: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const clusters = async () => {
    begun += 1;
    if (begun === round) wake();
    return begun > round ? [] : ['a', 'b'];
  };
  const stop = keepJudged(
    {
      store: { clusters },
      fleets: { view: async (cluster) => viewOf(cluster) },
      now: () => now,
      onJudged: ({ fleet }) => said.push(fleet.cluster),
      onError: (error) => said.push(String(error)),
      ...changes,
    },
    { pauseMs: 0, share: 0 },
  );
  await reached;
  await stop();
  return said;
}

test('every cluster is judged, again and again, until it is stopped', async () => {
  // The round in which it is stopped is ended, and judges nothing more.
  expect(await saidUntil(3)).toEqual(['a', 'b', 'a', 'b']);
});

test('what is done of one cluster has its end before the next is judged', async () => {
  const order: string[] = [];
  const onJudged = async ({ fleet }: ClusterView) => {
    order.push(`${fleet.cluster} begun`);
    await new Promise(setImmediate);
    order.push(`${fleet.cluster} done`);
  };
  await saidUntil(2, { onJudged });
  expect(order).toEqual(['a begun', 'a done', 'b begun', 'b done']);
});

test('a round that fails is told, and the next one comes all the same', async () => {
  const view = async (cluster: string) => {
    if (cluster === 'b') throw new Error('b is broken');
    return viewOf(cluster);
  };
  const fleets = { view };
  expect(await saidUntil(2, { fleets })).toEqual(['a', 'Error: b is broken']);
});

test('a cluster that went meanwhile is no error', async () => {
  const view = async (cluster: string) => (cluster === 'a' ? null : viewOf(cluster));
  expect(await saidUntil(2, { fleets: { view } })).toEqual(['b']);
});
