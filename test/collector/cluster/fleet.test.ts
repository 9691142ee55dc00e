import { describe, expect, test } from 'vitest';
import { type Change, seedReports } from '../seed-cluster.ts';
import { judged, thirdChanged } from './judging.ts';

describe('fleet.machine-id', () => {
  test.each<[string, Change, string[]]>([
    [
      'the machine id of another',
      ({ identity }) => {
        identity.machineIdHash = '1'.repeat(64);
      },
      [
        'fail ganeti01.example.org and ganeti03.example.org have one and the same ' +
          '/etc/machine-id; expected one each',
      ],
    ],
    [
      'no machine id',
      ({ identity }) => {
        identity.machineIdHash = null;
      },
      ['unknown no machine id on ganeti03.example.org'],
    ],
  ])('%s on the third node', (_, change, expected) => {
    expect(thirdChanged('fleet.machine-id', change)).toEqual(expected);
  });

  test('does not take nodes without a machine id for one machine', () => {
    const reports = seedReports(({ identity }) => {
      identity.machineIdHash = null;
    });

    expect(judged('fleet.machine-id', reports)).toEqual([
      'unknown no machine id on ganeti01.example.org, ganeti02.example.org and ' +
        'ganeti03.example.org',
    ]);
  });
});
