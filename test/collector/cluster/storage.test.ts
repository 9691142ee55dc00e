import { describe, expect, test } from 'vitest';
import { GIB } from '../../../shared/units.ts';
import { type Change, failed, ok } from '../seed-cluster.ts';
import { thirdChanged } from './judging.ts';

describe('storage.volume-group-similar', () => {
  test.each<[string, Change, string[]]>([
    [
      'a larger volume group',
      ({ lvm }) => {
        lvm.volumeGroups = lvm.volumeGroups.map((group) => ({ ...group, sizeBytes: 44 * GIB }));
      },
      [
        'warn volume group "gnt" between 22 GiB (ganeti01.example.org) and 44 GiB ' +
          '(ganeti03.example.org), 50 % apart; expected within 10 %',
      ],
    ],
    [
      'no volume group',
      ({ lvm }) => {
        lvm.volumeGroups = [];
      },
      ['skip not compared: no volume group "gnt" on ganeti03.example.org'],
    ],
  ])('%s on the third node', (_, change, expected) => {
    expect(thirdChanged('storage.volume-group-similar', change)).toEqual(expected);
  });
});

describe('storage.disk-kinds', () => {
  const disk = (rotational: boolean) => ({ name: 'sda', sizeBytes: GIB, rotational });
  const both = 'ganeti01.example.org and ganeti02.example.org';

  test.each<[string, Change, string[]]>([
    [
      'two flash disks',
      ({ disks }) => {
        disks.disks = ok([disk(false), disk(false)]);
      },
      ['pass disks flash on 3 nodes'],
    ],
    [
      'a rotating disk beside',
      ({ disks }) => {
        disks.disks = ok([disk(true), disk(false)]);
      },
      [
        `warn disks flash on ${both}; flash and rotating on ganeti03.example.org; ` +
          'expected the same on all nodes',
      ],
    ],
    [
      'no answer',
      ({ disks }) => {
        disks.disks = failed('/sys/block: denied');
      },
      ['unknown disks not known of ganeti03.example.org (/sys/block: denied)'],
    ],
  ])('%s on the third node', (_, change, expected) => {
    expect(thirdChanged('storage.disk-kinds', change)).toEqual(expected);
  });
});
