import { describe, expect, test } from 'vitest';
import {
  type ClusterJudgement,
  defineClusterCheck,
} from '../../../collector/cluster/cluster-check.ts';
import { clusterChecks } from '../../../collector/cluster/index.ts';
import { buildFleet } from '../../../collector/fleet.ts';
import { unknownBecause } from '../../../shared/evidence.ts';
import type { Policy } from '../../../shared/policy.ts';
import type { Report } from '../../../shared/report.ts';
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
} from '../seed-cluster.ts';

function judge(reports: Report[], answer: () => ClusterJudgement[]) {
  const check = defineClusterCheck({
    id: 'lvm.made-up',
    title: 'Made up',
    why: 'for these tests',
    rules: [],
    needs: ['lvm', 'os'],
    judge: answer,
  });
  const input = { cluster: clusterName, reports, policy: seedPolicy(), now, checks: [] };
  return buildFleet({ ...input, clusterChecks: [check] }).clusterFindings.map(
    ({ verdict, node, message }) => ({ verdict, node, message }),
  );
}

const pass = (): ClusterJudgement[] => [{ verdict: 'pass', message: 'equal' }];
const fail = (): ClusterJudgement[] => [{ verdict: 'fail', message: 'unequal' }];
const incomplete = [
  seedReport(1),
  collectedAt(withFailed(seedReport(2), 'os', 'gone'), '2026-03-01T02:00:00Z'),
];

describe('a check across nodes', () => {
  test('passes when every expected node brought its facts', () => {
    expect(judge(seedReports(), pass)).toEqual([{ verdict: 'pass', node: null, message: 'equal' }]);
  });

  test('turns its pass into unknown and names the nodes it could not see', () => {
    expect(judge(incomplete, pass)).toEqual([
      {
        verdict: 'unknown',
        node: null,
        message:
          'cannot tell without the facts of 2 nodes: ganeti02.example.org (section "os" failed: ' +
          'gone) and ganeti03.example.org (no report)',
      },
    ]);
  });

  test('follows from the silence of a node, and from nothing that a report tells', () => {
    const causes = (reports: Report[]) => {
      const check = defineClusterCheck({
        ...{ id: 'lvm.made-up', title: 'Made up', why: 'Why.', rules: [], needs: ['os'] as const },
        judge: pass,
      });
      const input = { cluster: clusterName, reports, policy: seedPolicy(), now, checks: [] };
      const { clusterFindings } = buildFleet({ ...input, clusterChecks: [check] });
      return clusterFindings.map(({ cause }) => cause);
    };
    const silence = { check: 'fleet.report', node: 'ganeti02.example.org' };

    expect(causes([seedReport(1)])).toEqual([silence]);
    expect(causes([seedReport(1), withFailed(seedReport(2), 'os', 'gone')])).toEqual([undefined]);
    expect(causes(seedReports())).toEqual([undefined]);
  });

  test('does not go by what a stale report says', () => {
    const reports = [
      ...seedReports().slice(0, 2),
      collectedAt(seedReport(3), '2026-02-01T00:00:00Z'),
    ];

    expect(judge(reports, pass)).toEqual([
      {
        verdict: 'unknown',
        node: null,
        message: 'cannot tell without the facts of ganeti03.example.org (no fresh report)',
      },
    ]);
  });

  test('keeps a failure that the known nodes prove', () => {
    expect(judge(incomplete, fail)).toEqual([{ verdict: 'fail', node: null, message: 'unequal' }]);
  });

  test('keeps what is proven and leaves the rest unknown', () => {
    const verdicts = judge(incomplete, () => [
      { verdict: 'warn', message: 'odd', node: 'ganeti01.example.org' },
      { verdict: 'pass', message: 'equal' },
    ]).map(({ verdict, node }) => [verdict, node]);

    expect(verdicts).toEqual([
      ['warn', 'ganeti01.example.org'],
      ['unknown', null],
    ]);
  });

  test('that throws is unknown, with the reason', () => {
    const thrown = judge(seedReports(), () => {
      throw new Error('oops');
    });
    const missing = judge(seedReports(), () => unknownBecause('no version'));

    expect(thrown).toEqual([
      { verdict: 'unknown', node: null, message: 'the check itself failed: oops' },
    ]);
    expect(missing).toEqual([{ verdict: 'unknown', node: null, message: 'no version' }]);
  });

  test('that gives no verdict is unknown', () => {
    expect(judge(seedReports(), () => [])).toEqual([
      {
        verdict: 'unknown',
        node: null,
        message: 'the check itself failed: the check gave no verdict',
      },
    ]);
  });
});

describe('every check of the registry', () => {
  function across(reports: Report[], policy: Policy = seedPolicy()) {
    const input = { cluster: clusterName, reports, policy, now, checks: [] };
    return buildFleet({ ...input, clusterChecks: seedChecks }).clusterFindings;
  }
  // Those that other sections feed are judged in their own test.
  const fed = new Set(Object.keys(seedReport(1).sections));
  const seedChecks = clusterChecks.filter((check) => check.needs.every((need) => fed.has(need)));

  test('passes on the healthy cluster, or says why it does not apply', () => {
    const notable = across(seedReports()).filter(({ verdict }) => verdict !== 'pass');

    expect(brief(notable)).toEqual([
      'skip fleet.disk-models cluster',
      'skip fleet.network-speed cluster',
      'skip addresses.secondary cluster',
    ]);
  });

  test('is unknown when no node reports', () => {
    expect(brief(across([]))).toEqual(seedChecks.map(({ id }) => `unknown ${id} cluster`));
  });

  test.each(nodeNames.map((_, index) => index))(
    'that passed with all nodes does not pass without node %i, if it asks nodes at all',
    (left) => {
      const asking = new Set(seedChecks.filter((one) => one.needs.length > 0).map(({ id }) => id));
      const reports = seedReports().filter((_, index) => index !== left);
      const passed = across(reports).filter(({ verdict }) => verdict === 'pass');

      expect(passed.filter(({ check }) => asking.has(check))).toEqual([]);
    },
  );
});
