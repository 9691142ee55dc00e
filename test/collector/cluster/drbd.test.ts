import { describe, expect, test } from 'vitest';
import { type Change, failed, ok, seedPolicy, seedReports } from '../seed-cluster.ts';
import { judged, thirdChanged } from './judging.ts';

const both = 'ganeti01.example.org and ganeti02.example.org';

describe('drbd.versions-equal', () => {
  test.each<[string, Change, string[]]>([
    [
      'another module',
      ({ drbd }) => {
        drbd.loadedVersion = '9.1.16';
      },
      [
        `warn DRBD module version 8.4.11 on ${both}; 9.1.16 on ganeti03.example.org; ` +
          'expected the same on all nodes',
      ],
    ],
    [
      'no module at all',
      ({ drbd }) => {
        drbd.loadedVersion = null;
        drbd.moduleAvailable = ok(null);
      },
      [
        `warn DRBD module version 8.4.11 on ${both}; none on ganeti03.example.org; ` +
          'expected the same on all nodes',
      ],
    ],
    [
      'a module not yet loaded',
      ({ drbd }) => {
        drbd.loadedVersion = null;
      },
      ['pass DRBD module version 8.4.11 on 3 nodes'],
    ],
    [
      'a module nobody could ask',
      ({ drbd }) => {
        drbd.loadedVersion = null;
        drbd.moduleAvailable = failed('modinfo: timed out');
      },
      ['unknown DRBD module version not known of ganeti03.example.org (modinfo: timed out)'],
    ],
  ])('%s on the third node', (_, change, expected) => {
    expect(thirdChanged('drbd.versions-equal', change)).toEqual(expected);
  });

  test('DRBD is not compared when the policy does not enable it', () => {
    const policy = seedPolicy({ storage: { diskTemplates: ['plain'] } });

    expect(judged('drbd.versions-equal', seedReports(), policy)).toEqual([
      'skip the policy enables no drbd disk template',
    ]);
  });
});
