import { describe, expect, test } from 'vitest';
import { capacityAnswer } from '../../../collector/cluster/capacity.ts';
import { viewOf } from '../../../collector/cluster/maintenance/cluster-view.ts';
import { reading } from '../../../collector/cluster/maintenance/view-node.ts';
import { buildFleet } from '../../../collector/fleet.ts';
import { askHtools } from '../../../collector/ganeti/htools.ts';
import {
  parseHcheck,
  parseHroller,
  parseHspace,
} from '../../../collector/ganeti/htools-answers.ts';
import { htoolsText } from '../../../collector/ganeti/htools-text.ts';
import { describeWith, program } from '../../requirements.ts';
import { samplePolicy } from '../../sample-report.ts';
import {
  type ClusterSketch,
  nodeName,
  now,
  smallCluster,
} from '../cluster/maintenance/small-cluster.ts';

const guests = [
  { name: 'web', on: 1, mirror: 2, memoryMiB: 512 },
  { name: 'db', on: 1, mirror: 2, memoryMiB: 512 },
];

function fleetOf(sketch: ClusterSketch) {
  const reports = smallCluster(sketch);
  return buildFleet({ cluster: 'c', reports, policy: samplePolicy({ nodes: [] }), now });
}

function textOf(sketch: ClusterSketch) {
  const { nodes, policy } = fleetOf(sketch);
  const view = viewOf(nodes, policy);
  if (view.status === 'failed') throw new Error(view.error.message);
  return reading(() => htoolsText(view.value));
}

test('the cluster as htools read it', () => {
  expect(textOf({ free: [1024, 2048], guests })).toEqual({
    status: 'ok',
    value: [
      'default|group-1|preferred||',
      '',
      'ganeti01.example.org|262144|260096|1024|204800|204800|8|M|group-1|1||N|0|1|1.0',
      'ganeti02.example.org|262144|260096|2048|204800|204800|8|N|group-1|1||N|0|1|1.0',
      '',
      'web|512|1152|1|running|Y|ganeti01.example.org|ganeti02.example.org|drbd||1',
      'db|512|1152|1|running|Y|ganeti01.example.org|ganeti02.example.org|drbd||1',
      '',
      '',
      '|128,1,1024,1,1,1|128,1,1024,1,1,1;32768,8,1048576,16,8,12|' +
        'diskless,file,sharedfile,plain,blockdev,drbd,rbd,ext,gluster|4.0|32.0',
      'default|128,1,1024,1,1,1|128,1,1024,1,1,1;32768,8,1048576,16,8,12|' +
        'diskless,file,sharedfile,plain,blockdev,drbd,rbd,ext,gluster|4.0|32.0',
      '',
    ].join('\n'),
  });
});

test('a name that would make two columns of one is refused', () => {
  const bad = textOf({ free: [1024, 1024], guests: [{ name: 'a|b', on: 1, mirror: 2 }] });
  expect(bad).toMatchObject({ status: 'failed' });
});

describe('the answers of the tools', () => {
  test('are read from their assignments', () => {
    const text = 'HCHECK_INIT_CLUSTER_N1_FAIL=2\nHCHECK_INIT_CLUSTER_NEED_REBALANCE=1\n';
    expect(parseHcheck(`${text}HCHECK_OK=1\n`)).toEqual({
      ...{ n1Fail: 2, gn1Fail: null, needRebalance: true },
    });
    expect(parseHspace("HTS_ALLOC_COUNT=3\nHTS_ALLOC_FAIL_REASON='FAILMEM'\nHTS_OK=1\n")).toEqual({
      ...{ newInstances: 3, limit: 'FAILMEM' },
    });
    expect(parseHroller("'Node Reboot Groups'\nn1,n2\nn3\n")).toEqual([['n1', 'n2'], ['n3']]);
  });

  test.each(['', 'HCHECK_INIT_CLUSTER_N1_FAIL=2\n', '\0\u0001', 'HCHECK_OK=1\nHTS_OK=1\n'])(
    'are none when cut off or something else: %j',
    (text) => {
      expect([parseHcheck(text), parseHspace(text), parseHroller(text)]).toEqual([
        null,
        null,
        null,
      ]);
    },
  );
});

describeWith([program('hcheck', 'ganeti-htools')], 'htools on a text of ours', () => {
  test.each([
    [[1024, 1152], 0],
    [[1024, 1023], 1],
  ])(
    'free memory %j: as many nodes short as we count, %i',
    { timeout: 60_000 },
    async (free, short) => {
      const text = textOf({ free, guests });
      if (text.status === 'failed') throw new Error(text.error.message);
      const answer = await askHtools(text.value);
      expect(answer.hcheck).toMatchObject({ n1Fail: short, gn1Fail: short });
      expect(answer.hspace).not.toBeNull();
      expect(answer.hroller?.flat().sort()).toEqual([nodeName(1), nodeName(2)]);
      const ours = capacityAnswer(fleetOf({ free, guests })).nPlusOne;
      expect({ short: ours?.short.length, lost: ours?.lost.length }).toEqual({
        short,
        lost: short,
      });
    },
  );
});

describe('muster capacity', () => {
  const judged = (sketch: ClusterSketch) =>
    capacityAnswer(fleetOf(sketch))
      .findings.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skip')
      .map(({ verdict, check, subject }) => `${verdict} ${check} ${subject}`);

  test('is content with a cluster that has room', () => {
    expect(judged({ free: [1024, 1024], guests })).toEqual([]);
  });

  test.each<[string, Partial<ClusterSketch>, string[]]>([
    [
      'no room',
      { free: [1024, 1023] },
      ['fail capacity.loss ganeti01.example.org', 'fail capacity.room ganeti02.example.org'],
    ],
    [
      'room, but no CPU for them',
      { config: ({ cluster }) => (cluster.hvparams.kvm = { cpu_type: 'EPYC-Milan-v2' }) },
      ['fail capacity.loss ganeti01.example.org'],
    ],
    [
      'memory not told',
      { report: ({ sections }) => delete sections.memory },
      [
        'unknown capacity.loss ganeti01.example.org',
        'unknown capacity.room ganeti01.example.org',
        'unknown capacity.room ganeti02.example.org',
      ],
    ],
    [
      'too many virtual CPUs',
      {
        guests: guests.map((one) => ({
          ...one,
          instance: {
            beparams: {
              minMemoryMiB: 512,
              maxMemoryMiB: 512,
              vcpus: 17,
              autoBalance: true,
              alwaysFailover: false,
            },
          },
        })),
      },
      ['warn capacity.vcpus ganeti01.example.org', 'warn capacity.vcpus ganeti02.example.org'],
    ],
    [
      'an exclusion tag twice',
      {
        config: ({ cluster, instances }) => {
          cluster.tags = ['htools:iextags:role'];
          for (const one of instances) one.tags = ['role:dns'];
        },
      },
      [
        'warn capacity.exclusion-tags web and db (role:dns) on ganeti01.example.org',
        'warn capacity.exclusion-tags web and db (role:dns) on ganeti02.example.org',
      ],
    ],
  ])('%s', (_name, change, expected) => {
    expect(judged({ free: [2048, 2048], guests, ...change }).toSorted()).toEqual(
      expected.toSorted(),
    );
  });
});
