import { describe, expect, test } from 'vitest';
import type { Facts } from '../../../../shared/report.ts';
import { failed, ok } from '../../seed-cluster.ts';
import { guest, said, second, third, volume } from './installed.ts';
import { table } from './table.ts';

const left = '00112233-4455-6677-8899-aabbccddeeff.disk0_data';

/** Adds volumes to those of a node. */
const adding =
  (...names: string[]) =>
  ({ lvm }: Facts) => {
    lvm.logicalVolumes.push(...names.map((name) => volume(name)), volume('root', 'system'));
  };

table('storage.orphans', [
  ['none', {}, ['pass no volume of gnt without an owner on 3 nodes']],
  [
    'left over, and foreign',
    { hosts: { 3: adding('backup', left) } },
    [
      `warn [${third}] volumes in gnt that no instance owns: left by an instance or failed job: ` +
        `${left}; not of Ganeti: backup; expected none`,
    ],
  ],
  [
    'a disk of the guest on a node that is not its own',
    { hosts: { 3: adding('0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.disk0_data') } },
    [
      `warn [${third}] volumes in gnt that no instance owns: left by an instance or failed job: ` +
        '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.disk0_data; expected none',
    ],
  ],
  [
    'a disk that is lost',
    {
      hosts: {
        2: ({ lvm }) => {
          lvm.logicalVolumes = lvm.logicalVolumes.slice(0, 1);
        },
      },
    },
    [
      `fail [${second}] volumes missing in gnt: 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.disk0_meta ` +
        `of ${guest}; expected each disk of a guest`,
    ],
  ],
  [
    'no LVM',
    {
      config: ({ cluster }) => {
        cluster.volumeGroup = null;
      },
    },
    ['skip the cluster uses no LVM'],
  ],
]);

describe('reserved volumes', () => {
  const reserving = (...reservedLvs: string[]) =>
    said('storage.orphans', {
      config: ({ cluster }) => {
        cluster.reservedLvs = reservedLvs;
      },
      hosts: { 3: adding('backup-1') },
    })[0]?.split(' ')[0];

  test.each([
    ['gnt/backup-1', 'pass'],
    ['gnt/backup-.*', 'pass'],
    ['gnt/backup-[0-9]+', 'pass'],
    ['gnt/backup\\-1', 'unknown'],
    ['gnt/backup', 'warn'],
    ['backup-1', 'warn'],
    ['gnt/(a|b)+', 'unknown'],
    ['gnt/a{9}', 'unknown'],
    ['.*.*.*.*b', 'unknown'],
    ['gnt/[z-a]', 'unknown'],
    ['*', 'unknown'],
  ])('%s: %s', (pattern, verdict) => {
    expect(reserving(pattern)).toBe(verdict);
  });

  test('one that holds is enough', () => {
    expect(reserving('gnt/(x)', 'gnt/backup-.*')).toBe('pass');
  });
});

table('storage.templates', [
  ['have all they need', {}, ['pass plain and drbd can be used']],
  [
    'no volume group, and no module, on a node',
    {
      hosts: {
        2: ({ lvm }) => {
          lvm.volumeGroups = [];
        },
        3: ({ drbd }) => {
          drbd.loaded = ok(false);
        },
      },
    },
    [
      `fail plain is enabled, but there is no volume group gnt on ${second}`,
      `fail drbd is enabled, but there is no volume group gnt on ${second} and no module drbd on ` +
        `${third}`,
    ],
  ],
  [
    'a folder that nobody set',
    {
      config: ({ cluster }) => {
        cluster.enabledDiskTemplates = ['file', 'sharedfile', 'rbd'];
        cluster.sharedFileStorageDir = '/srv/ganeti/shared-file-storage';
      },
    },
    ['fail file is enabled, but there is no folder set for it'],
  ],
  [
    'no volume group set',
    {
      config: ({ cluster }) => {
        cluster.enabledDiskTemplates = ['plain'];
        cluster.volumeGroup = null;
      },
    },
    ['fail plain is enabled, but there is no volume group set for it'],
  ],
  [
    'a module of which it is not known',
    {
      hosts: {
        2: ({ drbd }) => {
          drbd.loaded = failed('/proc/modules: denied');
        },
      },
    },
    [`unknown disks not known of ${second} (/proc/modules: denied)`],
  ],
]);
