import { describe, expect, test } from 'vitest';
import { defineClusterCheck } from '../../collector/cluster/cluster-check.ts';
import { buildFleet } from '../../collector/fleet.ts';
import { defineCheck } from '../../shared/check.ts';
import type { Waiver } from '../../shared/waiver.ts';
import { clusterName, nodeNames, now, seedPolicy, seedReports } from './seed-cluster.ts';

const card = { title: 'Made up', why: 'for these tests', rules: [], needs: ['os'] } as const;

describe('waivers in the fleet', () => {
  const failing = defineCheck({
    ...card,
    rules: [],
    id: 'os.kernel',
    judge: ({ os }) => ({ verdict: 'fail', message: os.kernelRelease }),
  });
  const disagreeing = defineClusterCheck({
    ...card,
    rules: [],
    id: 'os.count',
    judge: () => [{ verdict: 'warn', message: 'they differ' }],
  });
  const rest = { reason: 'r', owner: 'anna', expires: '2026-03-01T03:00:00.001Z' };
  const waivedFleet = (waivers: Waiver[], reports = seedReports()) =>
    buildFleet({
      cluster: clusterName,
      reports,
      policy: seedPolicy(),
      now,
      waivers,
      checks: [failing],
      clusterChecks: [disagreeing],
    });

  test('mark what is found of nodes and of the cluster, and change nothing else', () => {
    const plain = waivedFleet([]);
    const fleet = waivedFleet([
      { ...rest, check: 'os.kernel', node: 'ganeti02.*' },
      { ...rest, check: 'os.count' },
    ]);

    expect(fleet.nodes.map((node) => node.findings.map(({ waived }) => waived))).toEqual([
      [undefined],
      [rest],
      [undefined],
    ]);
    expect(fleet.clusterFindings).toEqual(
      plain.clusterFindings.map((finding) => ({ ...finding, waived: rest })),
    );
    expect({ ...fleet, nodes: [], clusterFindings: [] }).toEqual({
      ...plain,
      nodes: [],
      clusterFindings: [],
    });
  });

  test('that are not needed are told at the end, unless their node is silent', () => {
    const waivers = nodeNames.map((node) => ({ ...rest, check: 'os.gone', node }));
    const about = waivedFleet(waivers, seedReports().slice(0, 2)).clusterFindings.slice(1);

    expect(about.map(({ check, subject }) => [check, subject])).toEqual(
      nodeNames.slice(0, 2).map((node) => ['waivers.unused', `os.gone on ${node}`]),
    );
  });
});
