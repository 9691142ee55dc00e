import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rollingAnswer } from '../../../../collector/cluster/rolling.ts';
import { buildFleet } from '../../../../collector/fleet.ts';
import { failed, ok, samplePolicy } from '../../../sample-report.ts';
import {
  drained,
  factsIn,
  type GuestSketch,
  nodeName,
  now,
  smallCluster,
  troubles,
} from './small-cluster.ts';

describe('the master among the drained', () => {
  test('fails over first, on the node that becomes it, and the rest is given there', () => {
    const answer = drained(smallCluster({ free: [1024, 1024, 1024] }), [1]);
    expect(answer.state).toBe('open');
    expect(answer.plan?.steps[0]).toMatchObject({
      ...{ command: 'gnt-cluster master-failover', on: nodeName(2) },
    });
    expect(new Set(answer.plan?.steps.map(({ on }) => on))).toEqual(new Set([nodeName(2)]));
  });

  test('closes it when no candidate is ready, and is undecided when none told', () => {
    const free = [1024, 1024, 1024];
    const down = smallCluster({
      free,
      report: (report, number) => {
        const { membership } = factsIn(report, 'ganeti');
        if (number === 1 || membership.status === 'failed' || !membership.value) return;
        membership.value.daemons = ok([]);
      },
    });
    expect(troubles(drained(down, [1]))).toEqual(['fail maintenance.master']);
    const silent = smallCluster({
      free,
      report: (report, number) => {
        const { membership } = factsIn(report, 'ganeti');
        if (number === 1 || membership.status === 'failed' || !membership.value) return;
        membership.value.daemons = failed('denied', 'no');
      },
    });
    expect(troubles(drained(silent, [1]))).toEqual(['unknown maintenance.master']);
  });
});

describe('the majority', () => {
  test.each([
    [5, [2, 3], []],
    [5, [2, 3, 4], ['fail maintenance.quorum']],
    [4, [2], []],
    [4, [2, 3], ['fail maintenance.quorum']],
    [3, [2, 3], ['fail maintenance.quorum', 'warn maintenance.candidates']],
    [2, [2], ['warn maintenance.candidates', 'warn maintenance.quorum']],
  ])('%i nodes without %j', (count, down, expected) => {
    const reports = smallCluster({ free: Array.from({ length: count }, () => 1024) });
    expect(troubles(drained(reports, down)).toSorted()).toEqual(expected);
  });
});

test('an offline node need not report', () => {
  const offline = smallCluster({
    free: [1024, 1024, 1024, 1024, 1024],
    config: ({ nodes }) => Object.assign(nodes[4] ?? {}, { offline: true, masterCandidate: false }),
  });
  const nodes = offline.map(({ node }) => ({ name: node }));
  const answer = drained(offline.slice(0, 4), [2], { policy: samplePolicy({ nodes }) });
  expect(answer.state).toBe('open');
});

test('both nodes of a pair do not go down together', () => {
  const reports = smallCluster({
    free: [9000, 9000, 9000, 9000, 9000],
    guests: [{ name: 'web', on: 2, mirror: 3 }],
  });
  expect(troubles(drained(reports, [2, 3])).toSorted()).toEqual([
    'fail maintenance.pairs',
    'fail maintenance.targets',
  ]);
});

test('a guest with shared disks is sent to a node of its group by name', () => {
  const reports = smallCluster({
    free: [100, 100, 600],
    guests: [{ name: 'web', on: 2, template: 'sharedfile' }],
  });
  const answer = drained(reports, [2]);
  expect(answer.plan?.steps.filter(({ phase }) => phase === 'move')).toEqual([
    {
      ...{ phase: 'move', on: nodeName(1), expectedMs: 16_000 },
      command: `gnt-instance migrate -f --no-runtime-changes -n ${nodeName(3)} web`,
      reason: `512 MiB from ${nodeName(2)} to ${nodeName(3)}; it runs on`,
    },
  ]);
});

test('a guest that Ganeti does not know of closes it', () => {
  const reports = smallCluster({
    free: [1024, 1024, 1024],
    guests: [{ name: 'web', on: 2, mirror: 3 }],
    config: (config) => (config.instances = []),
  });
  expect(troubles(drained(reports, [2]))).toEqual(['fail maintenance.guests']);
});

describe('rolling', () => {
  const order = (free: number[], guests: GuestSketch[]) => {
    const reports = smallCluster({ free, guests });
    const fleet = buildFleet({ cluster: 'c', reports, policy: samplePolicy({ nodes: [] }), now });
    const { groups, held } = rollingAnswer(fleet);
    return {
      groups: groups.map(({ nodes }) => nodes.map((name) => name.slice(7, 8)).join('')),
      held: held.map(({ node, verdict }) => `${verdict} ${node.slice(7, 8)}`),
    };
  };

  test('puts no pair together, keeps a majority, and the master last', () => {
    const free = [9000, 9000, 9000, 9000, 9000];
    const pairs = [
      { name: 'a', on: 2, mirror: 3 },
      { name: 'b', on: 4, mirror: 5 },
    ];
    expect(order(free, pairs)).toEqual({ groups: ['24', '35', '1'], held: [] });
  });

  test('holds back a node whose guests find no room', () => {
    const guests = [{ name: 'a', on: 2, mirror: 3 }];
    expect(order([9000, 9000, 100], guests)).toEqual({ groups: ['3', '1'], held: ['fail 2'] });
  });
});

describe('whatever is taken away', () => {
  const sections = [
    'guests',
    'ganeti',
    'memory',
    'drbd',
    'network',
    'peers',
    'qemu',
    'cpu',
  ] as const;
  const guests = [{ name: 'web', on: 2, mirror: 3 }];

  test.each(sections)('without the section %s of a node that takes part it is not open', (name) => {
    fc.assert(
      fc.property(fc.constantFrom(2, 3), fc.boolean(), (number, gone) => {
        // the memory and DRBD of both, the peers of both, the guests of the drained one
        fc.pre(name !== 'guests' || number === 2);
        fc.pre(!['memory', 'ganeti'].includes(name) || number === 3);
        // bridges of the target alone
        fc.pre(name !== 'network' || number === 3);
        const reports = smallCluster({
          free: [4096, 4096, 4096],
          guests,
          report: (report, own) => {
            if (own !== number) return;
            if (gone) delete report.sections[name];
            else report.sections[name] = failed('timed_out', 'gave up');
          },
        });
        expect(drained(reports, [2]).state).not.toBe('open');
      }),
      { numRuns: 4 },
    );
  });
});
