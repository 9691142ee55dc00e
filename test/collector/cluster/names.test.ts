import { describe, expect, test } from 'vitest';
import { namesMatrix } from '../../../collector/cluster/names-matrix.ts';
import { buildFleet } from '../../../collector/fleet.ts';
import {
  type Change,
  clusterName,
  failed,
  nodeNames,
  now,
  ok,
  seedPolicy,
  seedReport,
  seedReports,
  withFailed,
} from '../seed-cluster.ts';
import { judged } from './judging.ts';

/** Makes a node's resolver answer `addresses` for `name`. */
function answering(name: string, addresses: string[]): Change {
  return ({ names }) => {
    names.lookups = names.lookups.map((one) =>
      one.name === name ? { ...one, resolver: ok(addresses) } : one,
    );
  };
}

const notAsked: Change = ({ names }) => {
  names.lookups = [];
};

describe('names.resolution', () => {
  test('passes when every node gives every name the same address', () => {
    expect(judged('names.resolution', seedReports())).toEqual([
      'pass 4 names, the same address on 3 nodes',
    ]);
  });

  test.each([
    ['192.0.2.9', '192.0.2.9 on ganeti03.example.org'],
    [undefined, 'no address on ganeti03.example.org'],
  ])('fails where one node answers %s', (answer, words) => {
    const wrong = answering('ganeti01.example.org', answer === undefined ? [] : [answer]);

    expect(
      judged('names.resolution', [seedReport(1), seedReport(2), seedReport(3, wrong)]),
    ).toEqual([
      'fail ganeti01.example.org is 192.0.2.5 on ganeti01.example.org and ganeti02.example.org; ' +
        `${words}; expected 192.0.2.5 everywhere`,
    ]);
  });

  test('fails where all agree on another address than the policy gives', () => {
    const wrong = answering('ganeti01.example.org', ['192.0.2.50']);

    expect(judged('names.resolution', seedReports(wrong))).toEqual([
      'fail ganeti01.example.org is 192.0.2.50 on ganeti01.example.org, ganeti02.example.org and ' +
        'ganeti03.example.org; expected 192.0.2.5 everywhere',
    ]);
  });

  test('fails where nobody has an address for a name', () => {
    const unaddressed = seedPolicy({ nodes: nodeNames.map((name) => ({ name })) });
    const reports = seedReports(answering('ganeti02.example.org', []));

    expect(judged('names.resolution', reports, unaddressed)).toEqual([
      'fail ganeti02.example.org is no address on ganeti01.example.org, ganeti02.example.org and ' +
        'ganeti03.example.org; expected one answer everywhere',
    ]);
  });

  test('takes an answer as a set in any order and any spelling', () => {
    const policy = seedPolicy({ nodes: nodeNames.map((name) => ({ name })) });
    const reports = [
      seedReport(1, answering('ganeti01.example.org', ['192.0.2.5', '2001:db8::5'])),
      seedReport(2, answering('ganeti01.example.org', ['2001:DB8:0::5', '192.0.2.5'])),
      seedReport(3, answering('ganeti01.example.org', ['192.0.2.5', '2001:db8::5'])),
    ];

    expect(judged('names.resolution', reports, policy)).toEqual([
      'pass 4 names, the same address on 3 nodes',
    ]);
  });
});

describe('names.resolution without an answer', () => {
  test('is unknown for a name that an agent did not ask and no hosts file answers first', () => {
    const dnsFirst: Change = (facts) => {
      notAsked(facts);
      facts.names.hostsOrder = ['dns', 'files'];
    };

    expect(
      judged('names.resolution', [seedReport(1), seedReport(2), seedReport(3, dnsFirst)]),
    ).toEqual([
      'unknown the address of ganeti01.example.org, ganeti02.example.org and ' +
        'ganeti-cluster01.example.org is not known: the agent did not ask, as its policy does ' +
        'not name it (ganeti03.example.org)',
    ]);
  });

  test('is unknown when the resolver failed', () => {
    const reports = seedReports(({ names }) => {
      names.lookups = names.lookups.map((one) =>
        one.name === clusterName ? { ...one, resolver: failed('timed out') } : one,
      );
    });

    expect(judged('names.resolution', reports)).toEqual([
      `unknown the address of ${clusterName} is not known: timed out (ganeti01.example.org, ` +
        'ganeti02.example.org and ganeti03.example.org)',
    ]);
  });
});

describe('the names matrix', () => {
  test('holds the answer of every expected node for every name, and says how it is known', () => {
    const reports = [
      seedReport(1),
      seedReport(2, notAsked),
      withFailed(seedReport(3), 'names', 'denied'),
    ];
    const policy = seedPolicy();
    const matrix = namesMatrix(
      buildFleet({ cluster: clusterName, reports, policy, now, checks: [] }),
    );

    expect(matrix.nodes).toEqual(nodeNames);
    expect(matrix.rows.map(({ name, expected }) => [name, expected])).toEqual([
      ['ganeti01.example.org', '192.0.2.5'],
      ['ganeti02.example.org', '192.0.2.6'],
      ['ganeti03.example.org', '192.0.2.7'],
      [clusterName, '192.0.2.4'],
    ]);
    expect(matrix.rows[0]?.cells).toEqual([
      { node: nodeNames[0], status: 'answered', addresses: ['192.0.2.5'], source: 'resolver' },
      { node: nodeNames[1], status: 'answered', addresses: ['192.0.2.5'], source: 'hosts' },
      { node: nodeNames[2], status: 'unknown', why: 'section "names" failed: denied' },
    ]);
  });
});

describe('names.cluster-distinct', () => {
  test.each([
    ['c.example.org', "pass c.example.org is no node's name, and in the nodes' domain"],
    [
      'Ganeti01.example.org',
      'fail ganeti01.example.org names a node and the cluster; expected a name of its own for each',
    ],
    [
      'c.example.net',
      'warn ganeti01.example.org, ganeti02.example.org and ganeti03.example.org not in the ' +
        'domain of c.example.net; expected one domain',
    ],
    [undefined, 'skip the policy names no cluster (cluster.name)'],
  ])('cluster name %s', (name, expected) => {
    const policy = seedPolicy({ cluster: name === undefined ? {} : { name } });

    expect(judged('names.cluster-distinct', seedReports(), policy)).toEqual([expected]);
  });
});
