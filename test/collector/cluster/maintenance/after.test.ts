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

const sketch: ClusterSketch = {
  free: [4096, 4096, 4096],
  guests: [{ name: 'web', on: 2, mirror: 3 }],
};

function beforeIn(reports: Report[]): Before {
  const nodes = reports.map(({ node }) => ({ name: node }));
  const fleet = buildFleet({ cluster: 'c', reports, policy: samplePolicy({ nodes }), now });
  const findings = [...fleet.nodes.flatMap((one) => one.findings), ...fleet.clusterFindings];
  return beforeOf([nodeName(2)], fleet.nodes, findings);
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
