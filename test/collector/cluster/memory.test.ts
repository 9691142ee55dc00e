import { describe, expect, test } from 'vitest';
import { GIB } from '../../../shared/units.ts';
import type { Change } from '../seed-cluster.ts';
import { thirdChanged } from './judging.ts';

describe('memory.similar', () => {
  test.each<[string, Change, string[]]>([
    [
      'a twentieth less memory',
      ({ memory }) => {
        memory.totalBytes = 57 * GIB;
      },
      ['pass memory 60 GiB on 3 nodes'],
    ],
    [
      'more than a twentieth less memory',
      ({ memory }) => {
        memory.totalBytes = 57 * GIB - 1;
      },
      ['warn memory 57 GiB on ganeti03.example.org; expected 60 GiB as on the other 2'],
    ],
  ])('%s on the third node', (_, change, expected) => {
    expect(thirdChanged('memory.similar', change)).toEqual(expected);
  });
});
