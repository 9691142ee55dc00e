import { describe, expect, test } from 'vitest';
import { GIB } from '../../../shared/units.ts';
import type { Change } from '../seed-cluster.ts';
import { thirdChanged } from './judging.ts';

describe('memory.similar', () => {
  test.each<[string, Change, string[]]>([
    [
      'a tenth less memory',
      ({ memory }) => {
        memory.totalBytes = 54 * GIB;
      },
      ['pass memory between 54 GiB (ganeti03.example.org) and 60 GiB (ganeti01.example.org)'],
    ],
    [
      'more than a tenth less memory',
      ({ memory }) => {
        memory.totalBytes = 53 * GIB;
      },
      [
        'warn memory between 53 GiB (ganeti03.example.org) and 60 GiB (ganeti01.example.org), ' +
          '12 % apart; expected within 10 %',
      ],
    ],
  ])('%s on the third node', (_, change, expected) => {
    expect(thirdChanged('memory.similar', change)).toEqual(expected);
  });
});
