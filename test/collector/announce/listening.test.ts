import { expect, test } from 'vitest';
import { listening } from '../../../collector/announce/listening.ts';
import type { Fleet } from '../../../shared/fleet.ts';
import { judgedAs, later, nodeOf, reportOf } from './views.ts';

/** The cluster at a minute, whose newest report is of another. */
function fleetAt(minute: number, newest: number | null, cluster = 'c1'): Fleet {
  const at = later(minute);
  const reports = newest === null ? [null] : [reportOf('n1', -newest), reportOf('n2', 600), null];
  const nodes = reports.map((report, index) => nodeOf(`n${index + 1}`, report, { at }));
  return judgedAs({ at, nodes, cluster }).fleet;
}

test.each<[string, [minute: number, newest: number | null][], boolean[]]>([
  ['that just went on reporting is listened to at once', [[0, -15]], [true]],
  [
    'that is silent at the start is waited for',
    [
      [0, -200],
      [19.9, -200],
      [20, -200],
    ],
    [false, false, true],
  ],
  [
    'that has no report at all too',
    [
      [0, null],
      [20, null],
    ],
    [false, true],
  ],
  [
    'that falls silent while it is listened to is not',
    [
      [0, 0],
      [15, 0],
      [30, 0],
      [45, 0],
    ],
    [true, true, true, true],
  ],
  [
    'of which nothing was heard nor judged for long is waited for',
    [
      [0, 0],
      [200, 0],
      [210, 209],
      [221, 209],
    ],
    [true, false, false, true],
  ],
  [
    'that reported while nobody judged is not',
    [
      [0, 0],
      [200, 195],
    ],
    [true, true],
  ],
])('a cluster %s', (_what, judgements, listened) => {
  const listens = listening();
  expect(judgements.map(([minute, newest]) => listens(fleetAt(minute, newest)))).toEqual(listened);
});

test('one cluster is waited for, the other is not', () => {
  const listens = listening();
  expect(listens(fleetAt(0, -200, 'a'))).toBe(false);
  expect(listens(fleetAt(0, -1, 'b'))).toBe(true);
});
