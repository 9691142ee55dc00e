import { expect, test } from 'vitest';
import { capacityAnswer } from '../../../../collector/cluster/capacity.ts';
import { buildFleet } from '../../../../collector/fleet.ts';
import { samplePolicy } from '../../../sample-report.ts';
import { on } from '../maintenance/gate-changes.ts';
import { type ClusterSketch, factsIn, now, smallCluster } from '../maintenance/small-cluster.ts';

const guests = [{ name: 'web', on: 2, template: 'sharedfile', memoryMiB: 512 }];
const untold = on(3, (report) => (factsIn(report, 'memory').unusedBytes = null));

function answerFor(sketch: ClusterSketch) {
  const reports = smallCluster(sketch);
  const policy = samplePolicy({ nodes: reports.map(({ node }) => ({ name: node })) });
  const answer = capacityAnswer(buildFleet({ cluster: 'c', reports, policy, now }));
  const loss = answer.findings.filter(({ check }) => check === 'capacity.loss');
  return { loss: loss.map(({ verdict }) => verdict), nPlusOne: answer.nPlusOne };
}

test('a guest that finds no room on any node is a failure, and proven', () => {
  expect(answerFor({ free: [511, 0, 511], guests })).toEqual({
    loss: ['fail'],
    nPlusOne: { lost: [{ node: 'ganeti02.example.org', stuck: 'web', proven: true }], short: [] },
  });
});

test('where a node that may have room does not tell, it is unknown, and not proven', () => {
  expect(answerFor({ free: [511, 0, 4096], guests, report: untold })).toEqual({
    loss: ['unknown'],
    nPlusOne: { lost: [{ node: 'ganeti02.example.org', stuck: 'web', proven: false }], short: [] },
  });
});

test('a node whose room is not known is not said to be short of it', () => {
  const mirrored = [{ name: 'web', on: 2, mirror: 3 }];
  const { nPlusOne } = answerFor({ free: [511, 0, 4096], guests: mirrored, report: untold });
  expect(nPlusOne?.short).toEqual([]);
});
