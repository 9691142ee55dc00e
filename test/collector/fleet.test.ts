import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defineClusterCheck } from '../../collector/cluster/cluster-check.ts';
import { buildFleet } from '../../collector/fleet.ts';
import { defineCheck } from '../../shared/check.ts';
import type { Policy } from '../../shared/policy.ts';
import type { Report } from '../../shared/report.ts';
import {
  brief,
  clusterName,
  collectedAt,
  nodeNames,
  now,
  seedPolicy,
  seedReport,
  seedReports,
  withFailed,
} from './seed-cluster.ts';

const kernel = defineCheck({
  id: 'os.kernel',
  title: 'The kernel is told',
  why: 'for these tests',
  rules: [],
  needs: ['os'],
  judge: ({ os }) => ({ verdict: 'pass', message: os.kernelRelease }),
});

const count = defineClusterCheck({
  id: 'os.count',
  title: 'Nodes that tell their system',
  why: 'for these tests',
  rules: [],
  needs: ['os'],
  judge: (nodes) => [{ verdict: 'pass', message: nodes.map(({ node }) => node).join() }],
});

function fleetOf(reports: Report[], policy: Policy = seedPolicy()) {
  return buildFleet({
    cluster: clusterName,
    reports,
    policy,
    now,
    checks: [kernel],
    clusterChecks: [count],
  });
}

function nodesOf(reports: Report[], policy?: Policy): string[] {
  return fleetOf(reports, policy).nodes.map(
    ({ node, expected, freshness, ageMs }) =>
      `${node} ${expected ? 'expected' : 'not expected'} ${freshness} ${ageMs}`,
  );
}

describe('the fleet', () => {
  test('holds every node with its own findings, and those across nodes', () => {
    const fleet = fleetOf(seedReports());

    expect(fleet.nodes).toEqual(
      nodeNames.map((node, index) => ({
        node,
        expected: true,
        freshness: 'fresh',
        ageMs: 720_000,
        report: seedReport(index + 1),
        findings: [
          {
            check: 'os.kernel',
            title: 'The kernel is told',
            node,
            verdict: 'pass',
            message: '6.1.0-18-amd64',
          },
        ],
      })),
    );
    expect(fleet.clusterFindings).toEqual([
      {
        check: 'os.count',
        title: 'Nodes that tell their system',
        node: null,
        verdict: 'pass',
        message: nodeNames.join(),
      },
    ]);
  });
});

describe('a report in the fleet', () => {
  test.each([
    ['2026-03-01T01:00:00.000Z', 'fresh', 'exactly as old as the limit'],
    ['2026-03-01T00:59:59.999Z', 'stale', 'a millisecond over the limit'],
    ['2026-03-01T03:05:00.000Z', 'fresh', 'five minutes ahead, as clocks may be'],
    ['2026-03-01T03:05:00.001Z', 'stale', 'more than five minutes ahead'],
    ['2026-03-01T03:00:00.000Z', 'fresh', 'of this instant'],
  ])('a report of %s is %s: %s', (instant, freshness) => {
    const fleet = fleetOf([collectedAt(seedReport(1), instant)]);

    expect(fleet.nodes[0]?.freshness).toBe(freshness);
  });

  test('a missing, a stale and a future report each say why, and nothing else is judged', () => {
    const findings = fleetOf([
      collectedAt(seedReport(1), '2026-02-27T23:00:00Z'),
      collectedAt(seedReport(2), '2026-03-01T04:30:00Z'),
    ]).nodes.flatMap((node) => node.findings);

    expect(findings.map(({ check, verdict, message }) => ({ check, verdict, message }))).toEqual([
      {
        check: 'fleet.report',
        verdict: 'unknown',
        message: 'its report is 1 d 4 h old; expected at most 2 h',
      },
      {
        check: 'fleet.report',
        verdict: 'unknown',
        message: 'its report is dated 1 h 30 min in the future; its age is not known',
      },
      {
        check: 'fleet.report',
        verdict: 'unknown',
        message: 'no report; expected one that is at most 2 h old',
      },
    ]);
  });
});

describe('a node of the fleet', () => {
  test('that the policy does not name is shown, warned of, and asked no further', () => {
    const policy = seedPolicy({ nodes: [{ name: nodeNames[0] }, { name: 'ganeti02' }] });
    const fleet = fleetOf(seedReports(), policy);

    expect(nodesOf(seedReports(), policy)).toEqual([
      'ganeti01.example.org expected fresh 720000',
      'ganeti02 expected missing null',
      'ganeti02.example.org not expected fresh 720000',
      'ganeti03.example.org not expected fresh 720000',
    ]);
    const stranger = fleet.nodes[2]?.findings ?? [];
    expect(brief(stranger)).toEqual([
      'warn fleet.membership ganeti02.example.org',
      'pass os.kernel ganeti02.example.org',
    ]);
    expect(stranger[0]?.message).toBe(
      'it reports, but the policy does not name it (is it ganeti02 of the policy?); ' +
        'it is left out of the answer',
    );
    expect(fleet.clusterFindings[0]?.message).toBe(
      'cannot tell without the facts of ganeti02 (no report)',
    );
  });

  test('that the policy does not name is left out of the checks across nodes', () => {
    const fleet = fleetOf(seedReports(), seedPolicy({ nodes: [{ name: nodeNames[1] }] }));

    expect(fleet.clusterFindings.map(({ message }) => message)).toEqual([nodeNames[1]]);
  });

  test('that reports is expected when the policy names none', () => {
    expect(nodesOf([seedReport(3), seedReport(1)], seedPolicy({ nodes: [] }))).toEqual([
      'ganeti01.example.org expected fresh 720000',
      'ganeti03.example.org expected fresh 720000',
    ]);
  });

  test('is nobody, and that is said, when no node reports and none is named', () => {
    const fleet = fleetOf([], seedPolicy({ nodes: [] }));

    expect(fleet.nodes).toEqual([]);
    expect(brief(fleet.clusterFindings)).toEqual([
      'unknown fleet.report cluster',
      'unknown os.count cluster',
    ]);
  });
});

describe('of several reports of a node the fleet', () => {
  test('takes the newest, even when a late one says something else', () => {
    const late = collectedAt(withFailed(seedReport(1), 'os', 'gone'), '2026-03-01T02:47:59Z');

    for (const reports of [
      [seedReport(1), late],
      [late, seedReport(1)],
    ]) {
      expect(brief(fleetOf(reports).nodes[0]?.findings ?? [])).toEqual([
        'pass os.kernel ganeti01.example.org',
      ]);
    }
  });

  test('is the same whatever the order of the reports and however often each comes', () => {
    const minute = fc.integer({ min: 0, max: 4 });
    const report = fc.record({ number: fc.integer({ min: 1, max: 3 }), minute, kernel: minute });
    const reports = fc.array(
      report.map((one) =>
        collectedAt(
          seedReport(one.number, (facts) => {
            facts.os.kernelRelease = `6.1.${one.kernel}`;
          }),
          `2026-03-01T02:4${one.minute}:00Z`,
        ),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(
        reports.chain((list) =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 }),
          ),
        ),
        ([list, shuffled]) => {
          expect(fleetOf(shuffled)).toEqual(fleetOf(list));
        },
      ),
    );
  });
});
