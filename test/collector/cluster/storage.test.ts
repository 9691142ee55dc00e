import { describe, expect, test } from 'vitest';
import { GIB } from '../../../shared/units.ts';
import type { Change } from '../seed-cluster.ts';
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
