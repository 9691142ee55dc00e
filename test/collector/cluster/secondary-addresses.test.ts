import { describe, expect, test } from 'vitest';
import {
  address,
  holding,
  nodeNames,
  seedPolicy,
  seedReport,
  seedReports,
  untold,
} from '../seed-cluster.ts';
import { judged } from './judging.ts';

describe('addresses.secondary', () => {
  const nodes = nodeNames.map((name, index) => ({ name, secondaryAddress: `10.0.0.${5 + index}` }));
  const some = [...nodes.slice(0, 2), { name: nodeNames[2] }];

  test.each([
    ['all have one', nodes, 'pass the policy gives every node a secondary address'],
    [
      'one has none',
      some,
      'fail the policy gives ganeti03.example.org no secondary address, and all others one',
    ],
  ])('planned so that %s', (_, planned, expected) => {
    expect(judged('addresses.secondary', seedReports(), seedPolicy({ nodes: planned }))).toEqual([
      expected,
    ]);
  });

  test('with only a network planned, every node needs an address in it', () => {
    const policy = seedPolicy({ network: { secondaryNetwork: '10.0.0.0/24' } });
    const [first, second, third] = [1, 2, 3].map((number) =>
      seedReport(number, holding(address('eth1', `10.0.0.${4 + number}`, 24))),
    );
    const all = [first, second, third].flatMap((report) => report ?? []);

    expect(judged('addresses.secondary', all, policy)).toEqual([
      'pass every node has an address in 10.0.0.0/24',
    ]);
    expect(judged('addresses.secondary', [...all.slice(0, 2), seedReport(3)], policy)).toEqual([
      'fail [ganeti03.example.org] it has no address in the secondary network 10.0.0.0/24',
    ]);
    expect(
      judged('addresses.secondary', [...all.slice(0, 2), seedReport(3, untold)], policy),
    ).toEqual(['unknown addresses not known of ganeti03.example.org (ip: timed out)']);
  });
});
