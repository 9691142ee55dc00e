import { afterAll, beforeAll, expect, test } from 'vitest';
import { decideGate, findGate } from '../../collector/cluster/gates.ts';
import { buildFleet } from '../../collector/fleet.ts';
import type { Finding } from '../../shared/check.ts';
import { parsePolicy } from '../../shared/policy-file.ts';
import type { Report } from '../../shared/report.ts';
import { asRoot, describeWith } from '../requirements.ts';
import { down, LAB_NODES, labScripts, reportFrom, UP_LIMIT_MS, up } from './lab.ts';
import { labPolicy } from './lab-policy.ts';

/** What the lab truly lacks: its network has no way out, and its nodes share one machine's root. */
const TRULY_ABSENT = [
  'network.default-route ganeti01.example.org',
  'network.default-route ganeti02.example.org',
  'network.default-route ganeti03.example.org',
  'fleet.machine-id cluster',
];

describeWith([asRoot, labScripts], 'three real bare nodes, before gnt-cluster init', () => {
  let reports: Report[] = [];

  beforeAll(async () => {
    await down();
    await up('nodes');
    reports = [];
    for (const [index] of LAB_NODES.entries()) {
      reports.push(await reportFrom(index + 1, labPolicy));
    }
  }, UP_LIMIT_MS);

  afterAll(down);

  test('report every section', () => {
    expect(reports.map(({ node }) => node)).toEqual(LAB_NODES);
    const failed = reports.flatMap(({ node, sections }) =>
      Object.entries(sections).flatMap(([section, outcome]) =>
        outcome?.status === 'ok' ? [] : [`${node} ${section}`],
      ),
    );
    expect(failed).toEqual([]);
  });

  test('are ready for init but for what the lab truly lacks, with nothing left open', () => {
    const gate = judged(reports);
    const of = (verdict: Finding['verdict']) =>
      gate.findings
        .filter((finding) => finding.verdict === verdict)
        .map(({ check, node }) => `${check} ${node ?? 'cluster'}`);
    expect(of('unknown')).toEqual([]);
    expect(of('fail').sort()).toEqual([...TRULY_ABSENT].sort());
  });

  test('reach one another, each from its own address, and see no cluster address yet', () => {
    const { findings } = judged(reports);
    const peers = findings.filter(({ check }) => check.startsWith('peers.'));
    expect(peers.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')).toEqual([]);
    const reach = peers.filter(
      ({ check, verdict }) => check.startsWith('peers.') && verdict === 'pass',
    );
    expect(reach.length).toBeGreaterThanOrEqual(LAB_NODES.length);
  });
});

function judged(reports: readonly Report[]) {
  const parsed = parsePolicy(labPolicy, 'lab.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const fleet = buildFleet({
    cluster: 'ganeti-cluster01.example.org',
    reports,
    policy: parsed.policy,
    now: new Date(),
  });
  const gate = findGate('install');
  if (gate === undefined) throw new Error('there is no gate "install"');
  return decideGate(gate, fleet);
}
