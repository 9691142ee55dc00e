import { describe, expect, test } from 'vitest';
import { type PeerPath, type PeersFacts, type Role, roles } from '../../../shared/facts/peers.ts';
import type { Report } from '../../../shared/report.ts';
import { answers } from '../../sample-peers.ts';
import { nodeNames, seedPolicy, seedReport } from '../seed-cluster.ts';
import { judged } from './judging.ts';

const addressOf = (number: number, role: Role) =>
  `${role === 'primary' ? '192.0.2' : '10.0.0'}.${4 + number}`;
const [name1, name2, name3] = [1, 2, 3].map((number) => nodeNames[number - 1] ?? '');

const policy = seedPolicy({
  nodes: nodeNames.map((name, index) => ({
    name,
    address: addressOf(index + 1, 'primary'),
    secondaryAddress: addressOf(index + 1, 'secondary'),
  })),
});

/** `from>to role` for each way that gets no answer. */
type Dead = `${number}>${number} ${Role}`;

function pathsFrom(from: number, to: number, dead: Dead[]): PeerPath[] {
  return roles.map((role) => {
    const silent = dead.includes(`${from}>${to} ${role}`);
    return {
      peer: nodeNames[to - 1] ?? '',
      role,
      source: addressOf(from, role),
      address: addressOf(to, role),
      ports: silent ? answers('timed_out', 'timed_out') : answers('open', 'refused'),
      pingMs: null,
      jumbo: null,
    };
  });
}

function probed(from: number, dead: Dead[]): PeersFacts {
  const others = [1, 2, 3].filter((to) => to !== from);
  return {
    probed: true,
    mtus: { status: 'ok', value: { primary: 1500, secondary: 1500 } },
    paths: others.flatMap((to) => pathsFrom(from, to, dead)),
    leftOut: 0,
    cluster: null,
  };
}

function reportOf(number: number, facts: PeersFacts): Report {
  const report = seedReport(number);
  return { ...report, sections: { ...report.sections, peers: { status: 'ok', facts } } };
}

const cluster = (...dead: Dead[]) =>
  [1, 2, 3].map((number) => reportOf(number, probed(number, dead)));

describe('who is reached by others', () => {
  const says = (...dead: Dead[]) => judged('peers.reached', cluster(...dead), policy);

  test('everybody, on both networks', () => {
    expect(says()).toEqual(['pass 12 ways tried']);
  });

  test('a node whose replication link is dead, named once', () => {
    expect(says('1>3 secondary', '2>3 secondary', '3>1 secondary', '3>2 secondary')).toEqual([
      `fail [${name3}] nobody reaches 10.0.0.7 (secondary): not ${name1} and ${name2}, ` +
        'and its primary address answers',
    ]);
  });

  test('a node that is dead on both', () => {
    expect(says('1>3 primary', '2>3 primary', '1>3 secondary', '2>3 secondary')).toEqual([
      `fail [${name3}] nobody reaches 192.0.2.7 (primary): not ${name1} and ${name2}`,
      `fail [${name3}] nobody reaches 10.0.0.7 (secondary): not ${name1} and ${name2}`,
    ]);
  });

  test('two nodes that do not reach each other, as either may be at fault', () => {
    const two = { ...policy, nodes: policy.nodes.slice(0, 2) };
    const reports = cluster('1>2 primary', '2>1 primary').slice(0, 2);
    expect(judged('peers.reached', reports, two)).toEqual([
      `fail [${name2}] nobody reaches 192.0.2.6 (primary): not ${name1}, ` +
        'and its secondary address answers',
      `fail [${name1}] nobody reaches 192.0.2.5 (primary): not ${name2}, ` +
        'and its secondary address answers',
    ]);
  });

  test('one dead way is not laid to the node at its end', () => {
    expect(says('1>3 secondary')).toEqual(['pass 12 ways tried']);
  });
});

describe('both directions', () => {
  const says = (...dead: Dead[]) => judged('peers.both-ways', cluster(...dead), policy);

  test('answered', () => {
    expect(says()).toEqual(['pass 12 ways tried']);
  });

  test('one answered and the other not', () => {
    expect(says('1>3 secondary')).toEqual([
      `fail [${name1}] 10.0.0.5 gets no answer from 10.0.0.7 (${name3}, secondary), ` +
        'which reaches this node',
    ]);
  });

  test('dead both ways is told by the nodes, not here', () => {
    expect(says('1>3 primary', '3>1 primary')).toEqual(['pass 12 ways tried']);
  });
});

describe('what was not tried', () => {
  const [first, second] = [reportOf(1, probed(1, [])), reportOf(2, probed(2, []))];

  test('nobody was told to try', () => {
    const reports = [1, 2, 3].map((number) => reportOf(number, { probed: false }));
    const skipped = ['skip not probed: run the agent with --probe-peers'];
    expect(judged('peers.reached', reports, policy)).toEqual(skipped);
    expect(judged('peers.both-ways', reports, policy)).toEqual(skipped);
  });

  test('one node was not told to', () => {
    const reports = [first, second, reportOf(3, { probed: false })];
    expect(judged('peers.both-ways', reports, policy)).toEqual([
      `unknown not every peer was tried from ${name3}`,
    ]);
  });

  test('one node knew another policy', () => {
    const other = { ...probed(3, []), paths: [] };
    expect(judged('peers.reached', [first, second, reportOf(3, other)], policy)).toEqual([
      `unknown not every peer was tried from ${name3}`,
    ]);
  });

  test('one node did not report', () => {
    expect(judged('peers.both-ways', [first, second], policy)).toEqual([
      `unknown cannot tell without the facts of ${name3} (no report)`,
    ]);
  });

  test('what a run leaves out for its number is no gap', () => {
    const other = { ...probed(3, []), paths: [], leftOut: 2 };
    expect(judged('peers.reached', [first, second, reportOf(3, other)], policy)).toEqual([
      'pass 8 ways tried',
    ]);
  });

  test('a policy without addresses', () => {
    const bare = seedPolicy({ nodes: nodeNames.map((one) => ({ name: one })) });
    expect(judged('peers.reached', cluster(), bare)).toEqual([
      'skip the policy gives no two nodes an address',
    ]);
  });
});
