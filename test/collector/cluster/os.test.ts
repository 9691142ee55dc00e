import { describe, expect, test } from 'vitest';
import { type Change, failed, ok, seedReports } from '../seed-cluster.ts';
import { judged, thirdChanged } from './judging.ts';

const both = 'ganeti01.example.org and ganeti02.example.org';

describe('os.kernel-equal', () => {
  test.each<[string, Change, string[]]>([
    [
      'another kernel',
      ({ os }) => {
        os.kernelRelease = '6.1.0-17-amd64';
      },
      [
        `warn kernel 6.1.0-18-amd64 on ${both}; 6.1.0-17-amd64 on ganeti03.example.org; ` +
          'expected the same on all nodes',
      ],
    ],
  ])('%s on the third node', (_, change, expected) => {
    expect(thirdChanged('os.kernel-equal', change)).toEqual(expected);
  });
});

describe('os.release-equal', () => {
  test.each<[string, Change, string[]]>([
    [
      'another release',
      ({ os }) => {
        os.versionId = '13';
      },
      [
        `warn release debian 12 on ${both}; debian 13 on ganeti03.example.org; ` +
          'expected the same on all nodes',
      ],
    ],
    [
      'a release without a name',
      ({ os }) => {
        os.id = null;
      },
      ['unknown release not known of ganeti03.example.org (its os-release names no ID)'],
    ],
  ])('%s on the third node', (_, change, expected) => {
    expect(thirdChanged('os.release-equal', change)).toEqual(expected);
  });
});

describe('os.packages-equal', () => {
  test.each<[string, Record<string, string | null>, string[]]>([
    [
      'another Ganeti fails',
      { ganeti: '3.0.1-1', 'drbd-utils': '9.22.0-1' },
      [
        `fail ganeti 3.0.2-3 on ${both}; 3.0.1-1 on ganeti03.example.org; ` +
          'expected the same on all nodes',
      ],
    ],
    [
      'another tool warns',
      { ganeti: '3.0.2-3', 'drbd-utils': '9.23.0-1' },
      [
        `warn drbd-utils 9.22.0-1 on ${both}; 9.23.0-1 on ganeti03.example.org; ` +
          'expected the same on all nodes',
      ],
    ],
    [
      'a package that is not there is judged on its node',
      { ganeti: '3.0.2-3', 'drbd-utils': null },
      [`pass drbd-utils 9.22.0-1 on 2 nodes; ganeti 3.0.2-3 on 3 nodes`],
    ],
    [
      'a package that one agent did not ask for is unknown',
      { ganeti: '3.0.2-3' },
      ['unknown drbd-utils not known of ganeti03.example.org (its agent did not ask for it)'],
    ],
    [
      'a name that only begins with ganeti is not Ganeti',
      { ganeti: '3.0.2-3', 'drbd-utils': '9.22.0-1', 'ganeti-os-noop': '0.2-1' },
      [
        'unknown ganeti-os-noop not known of ganeti01.example.org (its agent did not ask for it) ' +
          'and ganeti02.example.org (its agent did not ask for it)',
      ],
    ],
  ])('%s', (_, packages, expected) => {
    const change: Change = ({ os }) => {
      os.packages = ok(packages);
    };

    expect(thirdChanged('os.packages-equal', change)).toEqual(expected);
  });

  test('is unknown when no node could ask its package manager', () => {
    const reports = seedReports(({ os }) => {
      os.packages = failed('dpkg-query: not found');
    });

    expect(judged('os.packages-equal', reports)).toEqual([
      'unknown no node tells of a package that is installed',
    ]);
  });
});

describe('os.definitions-equal', () => {
  const noop = { name: 'noop', apiVersions: [5, 20], variants: [] };

  test.each<[string, Change, string[]]>([
    [
      'the same, listed in another order of versions',
      ({ os }) => {
        os.osDefinitions = ok([{ ...noop, apiVersions: [20, 5] }]);
      },
      ['pass OS definitions noop API 20 on 3 nodes'],
    ],
    [
      'one more, with variants',
      ({ os }) => {
        os.osDefinitions = ok([{ ...noop, name: 'image', variants: ['a', 'b'] }, noop]);
      },
      [
        `warn OS definitions noop API 20 on ${both}; image+a+b API 20 and noop API 20 on ` +
          'ganeti03.example.org; expected the same on all nodes',
      ],
    ],
    [
      'none',
      ({ os }) => {
        os.osDefinitions = ok([]);
      },
      [
        `warn OS definitions noop API 20 on ${both}; none on ganeti03.example.org; ` +
          'expected the same on all nodes',
      ],
    ],
    [
      'an older agent',
      ({ os }) => {
        delete os.osDefinitions;
      },
      [
        'unknown OS definitions not known of ganeti03.example.org ' +
          '(its agent did not look for them)',
      ],
    ],
  ])('%s on the third node', (_, change, expected) => {
    expect(thirdChanged('os.definitions-equal', change)).toEqual(expected);
  });
});
