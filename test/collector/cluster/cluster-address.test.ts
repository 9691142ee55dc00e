import { describe, expect, test } from 'vitest';
import {
  address,
  type Change,
  holding,
  holdingOnly,
  nodeNames,
  ok,
  seedPolicy,
  seedReport,
  seedReports,
  untold,
} from '../seed-cluster.ts';
import { judged } from './judging.ts';

describe('addresses.cluster-address', () => {
  test.each([
    ['nobody yet', seedReports(), 'pass 192.0.2.4 is held by no node'],
    [
      'one node',
      [seedReport(1, holding(address('br0', '192.0.2.4', 32))), seedReport(2), seedReport(3)],
      'pass 192.0.2.4 is held by ganeti01.example.org',
    ],
    [
      'two nodes',
      [
        seedReport(1, holding(address('br0', '192.0.2.4', 24))),
        seedReport(2, holding(address('br0', '192.0.2.4', 24))),
        seedReport(3),
      ],
      'fail 192.0.2.4 is held by ganeti01.example.org and ganeti02.example.org; ' +
        'expected one node at most',
    ],
  ])('held by %s', (_, reports, expected) => {
    expect(judged('addresses.cluster-address', reports)).toEqual([expected]);
  });

  test('is what its name resolves to when the policy gives none, and else unknown', () => {
    const policy = seedPolicy({ cluster: { name: 'ganeti-cluster01.example.org' } });
    const unresolved = seedReports(({ names }) => {
      names.lookups = names.lookups.map((one) => ({ ...one, resolver: ok([]) }));
    });

    expect(judged('addresses.cluster-address', seedReports(), policy)).toEqual([
      'pass 192.0.2.4 is held by no node',
    ]);
    expect(judged('addresses.cluster-address', unresolved, policy)).toEqual([
      'unknown the nodes resolve ganeti-cluster01.example.org to no address; expected one',
    ]);
    expect(judged('addresses.cluster-address', seedReports(), seedPolicy({ cluster: {} }))).toEqual(
      ['skip the policy names neither the cluster nor its address'],
    );
  });

  test('is unknown when a node cannot tell its addresses', () => {
    expect(
      judged('addresses.cluster-address', [seedReport(1), seedReport(2, untold), seedReport(3)]),
    ).toEqual(['unknown addresses not known of ganeti02.example.org (ip: timed out)']);
  });
});

/** A master whose interface lists the cluster address before its own. */
const masterFirst: Change = ({ network }) => {
  network.addresses = ok([address('br0', '192.0.2.4', 32), address('br0', '192.0.2.5', 24)]);
};

describe('addresses.subnet', () => {
  test.each<[string, Change, string]>([
    ['another subnet', holdingOnly('192.0.3.7', 24), 'unknown'],
    ['another prefix length', holdingOnly('192.0.2.7', 25), 'fail'],
    ['no address', holdingOnly('192.0.2.9', 24), 'unknown'],
    ['addresses nobody could ask', untold, 'unknown'],
    ['the address of the plan', holdingOnly('192.0.2.7', 24), 'pass'],
  ])('%s on the third node', (_, change, verdict) => {
    const [finding = ''] = judged('addresses.subnet', [
      seedReport(1),
      seedReport(2),
      seedReport(3, change),
    ]);

    expect(finding.split(' ')[0]).toBe(verdict);
  });

  test('without planned addresses goes by the interface of the cluster', () => {
    const policy = seedPolicy({ nodes: nodeNames.map((name) => ({ name })) });
    const reports = [
      seedReport(1, masterFirst),
      seedReport(2),
      seedReport(3, holdingOnly('192.0.3.7', 24)),
    ];

    expect(judged('addresses.subnet', reports, policy)).toEqual([
      'fail primary subnet 192.0.2.0/24 on ganeti01.example.org and ganeti02.example.org; ' +
        '192.0.3.0/24 on ganeti03.example.org; expected the same on all nodes',
    ]);
  });
});
