import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../shared/check.ts';
import type { Report } from '../../shared/report.ts';
import { asRoot, describeWith } from '../requirements.ts';
import { judgedLab, labReports } from './judged-lab.ts';
import { down, LAB_NODES, labScripts, UP_LIMIT_MS, up } from './lab.ts';

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
    reports = await labReports();
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

  test('are ready for init but for what the lab truly lacks, with nothing left open', async () => {
    const findings = await judgedLab('install', reports);
    const of = (verdict: Finding['verdict']) =>
      findings
        .filter((finding) => finding.verdict === verdict)
        .map(({ check, node }) => `${check} ${node ?? 'cluster'}`);
    expect(of('unknown')).toEqual([]);
    expect(of('fail').sort()).toEqual([...TRULY_ABSENT].sort());
  });

  test('reach one another, each from its own address, and see no cluster address yet', async () => {
    const findings = await judgedLab('install', reports);
    const peers = findings.filter(({ check }) => check.startsWith('peers.'));
    expect(peers.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')).toEqual([]);
    const reach = peers.filter(
      ({ check, verdict }) => check.startsWith('peers.') && verdict === 'pass',
    );
    expect(reach.length).toBeGreaterThanOrEqual(LAB_NODES.length);
  });
});
