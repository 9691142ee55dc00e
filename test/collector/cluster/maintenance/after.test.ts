import { describe, expect, test } from 'vitest';
import { type Before, beforeOf } from '../../../../collector/cluster/maintenance/before.ts';
import { buildFleet } from '../../../../collector/fleet.ts';
import type { Report } from '../../../../shared/report.ts';
import { ok, samplePolicy } from '../../../sample-report.ts';
import {
  type ClusterSketch,
  drained,
  factsIn,
  nodeName,
  now,
  smallCluster,
  troubles,
} from './small-cluster.ts';

const LATER = '2026-11-22T12:30:00.000Z';
const MUCH_LATER = new Date('2026-11-22T12:40:00Z');

const sketch: ClusterSketch = {
  free: [4096, 4096, 4096],
  guests: [{ name: 'web', on: 2, mirror: 3 }],
};

function beforeIn(reports: Report[]): Before {
  const nodes = reports.map(({ node }) => ({ name: node }));
  const fleet = buildFleet({ cluster: 'c', reports, policy: samplePolicy({ nodes }), now });
  const findings = [...fleet.nodes.flatMap((one) => one.findings), ...fleet.clusterFindings];
  return beforeOf({ drain: [nodeName(2)], now }, fleet.nodes, findings);
}

/** The second node, booted anew, with changes. */
function booted(change: (report: Report) => unknown = () => undefined): Report[] {
  const report = (one: Report, number: number) => {
    if (number !== 2) return;
    factsIn(one, 'identity').bootId = 'another';
    change(one);
  };
  return smallCluster({ ...sketch, report });
}

function microcode(report: Report, revision: string | null): void {
  for (const kind of factsIn(report, 'cpu').kinds) kind.microcode = revision;
}

const asked = (reports: Report[]) =>
  drained(reports, [], { before: beforeIn(smallCluster(sketch)) });

test('a node that was booted and is as before opens it', () => {
  const answer = asked(booted());
  expect(troubles(answer)).toEqual([]);
  expect(answer.state).toBe('open');
  expect(answer.plan).toBeUndefined();
});

describe('what is not as it was', () => {
  test.each<[string, (report: Report) => unknown, string[]]>([
    [
      'the boot',
      (one) => (factsIn(one, 'identity').bootId = 'boot-2'),
      ['fail maintenance.rebooted'],
    ],
    [
      'no boot id',
      (one) => (factsIn(one, 'identity').bootId = null),
      ['unknown maintenance.rebooted'],
    ],
    [
      'the kernel is older',
      (one) => (factsIn(one, 'os').kernelRelease = '5.10.0-1-amd64'),
      ['warn maintenance.nothing-new', 'fail maintenance.software', 'fail maintenance.software'],
    ],
    [
      'a resync',
      (one) => {
        const { devices } = factsIn(one, 'drbd');
        if (devices.status === 'ok') Object.assign(devices.value[0] ?? {}, { syncPercent: 3 });
      },
      ['fail maintenance.resynced', 'warn maintenance.nothing-new'],
    ],
    [
      'the module is gone',
      (one) => (factsIn(one, 'kvm').modules = ok([])),
      ['fail maintenance.modules', 'warn maintenance.nothing-new'],
    ],
  ])('%s', (_name, change, expected) => {
    const found = [...new Set(troubles(asked(booted(change))))].toSorted();
    expect(found).toEqual([...new Set(expected)].toSorted());
  });

  test.each<[string, (report: Report) => unknown, string[]]>([
    [
      'an older QEMU',
      (one) => (factsIn(one, 'qemu').version = ok('6.2.0')),
      ['fail maintenance.software'],
    ],
    ['an older microcode', (one) => microcode(one, '0x1'), ['fail maintenance.software']],
    ['no microcode that is told', (one) => microcode(one, null), ['unknown maintenance.software']],
    [
      'another helper of DRBD',
      (one) => (factsIn(one, 'drbd').usermodeHelper = ok('/sbin/drbdadm')),
      ['fail maintenance.modules'],
    ],
  ])('%s', (_name, change, expected) => {
    expect(troubles(asked(booted(change)))).toEqual(expect.arrayContaining(expected));
  });

  test('a warning of before about a module is one still', () => {
    const bare = (one: Report) => (factsIn(one, 'kvm').modules = ok([]));
    const before = smallCluster({
      ...sketch,
      report: (one, number) => number === 2 && bare(one),
    });
    const answer = drained(booted(bare), [], { before: beforeIn(before) });
    expect(troubles(answer)).toEqual(['warn maintenance.modules']);
    expect(answer.state).toBe('open');
  });

  test.each<[string, (report: Report, number: number) => unknown, string[]]>([
    ['all after it', (one) => (one.collectedAt = LATER), []],
    [
      'a peer before it',
      (one, number) => Object.assign(one, number === 3 ? {} : { collectedAt: LATER }),
      ['unknown maintenance.reported-since'],
    ],
  ])('told %s', (_when, change, expected) => {
    const reports = smallCluster({
      ...sketch,
      member: ({ master }) => {
        if (master?.lastVerify.status === 'ok') {
          Object.assign(master.lastVerify.value ?? {}, { endedAt: LATER });
        }
      },
      report: (one, number) => {
        if (number === 2) factsIn(one, 'identity').bootId = 'another';
        change(one, number);
      },
    });
    const answer = drained(reports, [], {
      before: beforeIn(smallCluster(sketch)),
      now: MUCH_LATER,
    });
    // the watcher of the sample last ran before
    expect(troubles(answer).filter((one) => !one.startsWith('warn'))).toEqual(expected);
    expect(answer.state).toBe(expected.length > 0 ? 'undecided' : 'open');
  });

  test('a verify of before', () => {
    const reports = smallCluster({
      ...sketch,
      report: (one, number) => {
        if (number === 2) factsIn(one, 'identity').bootId = 'another';
        one.collectedAt = LATER;
      },
    });
    const answer = drained(reports, [], {
      before: beforeIn(smallCluster(sketch)),
      now: MUCH_LATER,
    });
    expect(troubles(answer)).toContain('unknown maintenance.reported-since');
    expect(answer.state).toBe('undecided');
  });

  test('a node that is still drained', () => {
    const config: ClusterSketch['config'] = ({ nodes }) => {
      Object.assign(nodes[1] ?? {}, { drained: true });
    };
    const reports = smallCluster({
      ...sketch,
      config,
      report: (one, number) => {
        if (number === 2) factsIn(one, 'identity').bootId = 'another';
      },
    });
    expect(troubles(asked(reports))).toContain('fail maintenance.returned');
  });
});
