import type { Facts } from '../../../../shared/report.ts';
import { GIB, MIB } from '../../../../shared/units.ts';
import { ok } from '../../seed-cluster.ts';
import { type Changes, guest, second, third } from './installed.ts';
import { table } from './table.ts';

/** A volume group with this much free. */
const free =
  (freeBytes: number) =>
  ({ lvm }: Facts) => {
    for (const group of lvm.volumeGroups) group.freeBytes = freeBytes;
  };

const withoutGroup = ({ lvm }: Facts) => {
  lvm.volumeGroups = [];
};

table('storage.meta-group', [
  ['is there', {}, ['pass metavg gnt on 3 nodes, with room']],
  [
    'with room for one',
    { hosts: { 2: free(128 * MIB) } },
    ['pass metavg gnt on 3 nodes, with room'],
  ],
  [
    'with less',
    { hosts: { 2: free(128 * MIB - 1) } },
    [`fail metavg gnt has less than 128 MiB free on ${second} (128 MiB)`],
  ],
  [
    'not there',
    { hosts: { 2: withoutGroup } },
    [`fail metavg is gnt, which is not on ${second}; expected it there`],
  ],
  [
    'another one',
    {
      config: ({ cluster }) => {
        cluster.diskparams = { drbd: { metavg: 'meta' } };
      },
    },
    [
      'fail metavg is meta, which is not on ganeti01.example.org, ganeti02.example.org and ' +
        'ganeti03.example.org; expected it there',
    ],
  ],
  [
    'none set: that of the cluster',
    {
      config: ({ cluster }) => {
        cluster.diskparams = {};
      },
    },
    ['pass metavg gnt on 3 nodes, with room'],
  ],
  [
    'no volume group at all',
    {
      config: ({ cluster }) => {
        cluster.diskparams = {};
        cluster.volumeGroup = null;
      },
    },
    ['fail DRBD is enabled, but the cluster has no volume group'],
  ],
  [
    'no DRBD',
    {
      config: ({ cluster }) => {
        cluster.enabledDiskTemplates = ['plain'];
      },
    },
    ['skip the cluster has no disks by DRBD'],
  ],
]);

// 10 GiB of data and 128 MiB of metadata
const NEEDS = 10 * GIB + 128 * MIB;
const roomy = 'pass 1 mirrored guest, each with room on a third node';
const stuck = `warn no third node has room for ${guest} (10.1 GiB); expected one for each`;

table('storage.replacement', [
  ['just enough', { hosts: { 3: free(NEEDS) } }, [roomy]],
  ['a byte too little', { hosts: { 3: free(NEEDS - 1) } }, [stuck]],
  ['room on the two that have it is of no use', { hosts: { 3: withoutGroup } }, [stuck]],
  [
    'the third is drained',
    {
      config: ({ nodes }) => {
        for (const node of nodes) node.drained = node.name === third;
      },
    },
    [stuck],
  ],
  [
    'the third is of another group',
    {
      config: ({ nodes }) => {
        for (const node of nodes) if (node.name === third) node.group = 'other';
      },
    },
    [stuck],
  ],
  [
    'the third is offline',
    {
      config: ({ nodes }) => {
        for (const node of nodes) node.offline = node.name === third;
      },
    },
    ['skip replacing a mirror takes a third node'],
  ],
  [
    'no mirrored guests',
    {
      config: (config) => {
        config.instances = [];
      },
    },
    ['skip the cluster has no mirrored guests'],
  ],
]);

const uring = (qemu: string, kernel: string): Changes => ({
  hvparams: { disk_aio: 'io_uring' },
  hosts: {
    3: (facts) => {
      facts.qemu.version = ok(qemu);
      facts.os.kernelRelease = kernel;
    },
  },
});

table('storage.disk-cache', [
  ['go together', {}, ['pass disk_aio=native, disk_cache=none']],
  [
    'threads take any cache',
    { hvparams: { disk_aio: 'threads', disk_cache: 'default' } },
    ['pass disk_aio=threads, disk_cache=default'],
  ],
  [
    'native with a cache',
    { hvparams: { disk_cache: 'default' } },
    ['fail the cluster: disk_aio=native with disk_cache=default, expected none'],
  ],
  [
    'a cache of one guest, with the native of the cluster',
    {
      instance: ({ hvparams }) => {
        hvparams.disk_cache = 'writeback';
      },
    },
    [`fail ${guest}: disk_aio=native with disk_cache=writeback, expected none`],
  ],
  [
    'io_uring at its first',
    uring('5.0.0', '5.1.0-1-amd64'),
    ['pass disk_aio=io_uring, disk_cache=none'],
  ],
  [
    'io_uring before both',
    uring('4.2.1', '5.0.21-1-amd64'),
    [
      `fail the cluster: disk_aio=io_uring, which ${third} (QEMU 4.2.1 and Linux ` +
        '5.0.21-1-amd64) cannot do',
    ],
  ],
]);
