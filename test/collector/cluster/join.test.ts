import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { NodeEvidence } from '../../../collector/cluster/cpu/evidence.ts';
import { decideGate } from '../../../collector/cluster/decision.ts';
import { findGate } from '../../../collector/cluster/gates.ts';
import { buildFleet } from '../../../collector/fleet.ts';
import type { Finding } from '../../../shared/check.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { type Report, reportSchema } from '../../../shared/report.ts';
import { sampleReport } from '../../sample-report.ts';
import { muster } from '../commands/muster.ts';
import { now } from '../seed-cluster.ts';
import { provenNode } from './cpu-nodes.ts';

const skylake = { like: 'Skylake-Server-v2' };
const broadwell = { cpu: [6, 79, 1] as [number, number, number], like: 'Broadwell-v4' };
const members = [provenNode('a', skylake), provenNode('b', skylake)];

describe('gate join', () => {
  test('closes on a node that would lower the common cpu_type, and names both answers', () => {
    const [finding] = cpuJoin([provenNode('c', broadwell)]);
    expect(finding?.verdict).toBe('fail');
    expect(finding?.message).toMatch(
      /^c would change the common cpu_type from Skylake-Server-v4,enforce to Broadwell-v4\S*; /,
    );
    expect(gateOf([provenNode('c', broadwell)]).state).toBe('closed');
  });

  test('has nothing against an equal node', () => {
    expect(cpuJoin([provenNode('c', skylake)])).toMatchObject([
      { verdict: 'pass', message: 'the common cpu_type stays Skylake-Server-v4,enforce' },
    ]);
  });

  test('takes a node of another vendor as a group of its own', () => {
    const rome = { vendor: 'AuthenticAMD', cpu: [23, 49, 0] as [number, number, number] };
    const verdicts = cpuJoin([provenNode('c', { ...rome, like: 'EPYC-Rome-v1' })]).map(
      ({ subject, verdict }) => [subject, verdict],
    );
    expect(verdicts).toEqual([
      ['default, AuthenticAMD', 'pass'],
      ['default, GenuineIntel', 'pass'],
    ]);
  });

  test('cannot tell what a node without CPU evidence would do', () => {
    const blind = sampleReport({ node: 'c' });
    blind.sections = { ...blind.sections, cpu: undefined, qemu: undefined };
    const fleet = buildFleet({ ...cluster, reports: members.map(reportOf), joining: [blind] });
    const findings = fleet.clusterFindings.filter(({ check }) => check === 'cpu.join');
    expect(findings.map(({ verdict }) => verdict)).toEqual(['unknown']);
  });

  test('asks joining nodes for their own checks, and members only to have reported', () => {
    const { findings } = gateOf([provenNode('c', skylake)]);
    const own = findings.filter(({ check }) => check === 'storage.volume-group');
    expect(own.map(({ node }) => node)).toEqual(['c']);
  });

  test('is undecided when nobody joins, however healthy the cluster', () => {
    const gate = findGate('join');
    const fleet = buildFleet({ ...cluster, reports: [sampleReport()] });
    expect(gate && decideGate(gate, fleet).state).toBe('undecided');
  });
});

describe('muster verify --gate join', () => {
  test('reads the joining report, and ends with the code of the gate', async () => {
    const folder = folderOf(members);
    const joining = fileOf(provenNode('c', broadwell));
    const ended = await muster('verify', folder, '--gate', 'join', '--join', joining);
    expect(ended.stdout).toMatch(/FAIL +cpu\.join +cluster +default, GenuineIntel: c would change/);
    expect(ended.code).toBe(2);
  });

  test.each([
    ['join', []],
    ['health', ['--join', 'c.json']],
  ])('gate %s with %j is a wrong use', async (gate, more) => {
    const ended = await muster('verify', folderOf(members), '--gate', gate, ...more);
    expect(ended).toMatchObject({
      code: 64,
      stderr: '--gate join and --join REPORT go together',
    });
  });
});

const cluster = { cluster: 'c', policy: defaultPolicy(), now };

function gateOf(joining: NodeEvidence[]) {
  const gate = findGate('join');
  if (gate === undefined) throw new Error('no gate join');
  const reports = members.map(reportOf);
  return decideGate(gate, buildFleet({ ...cluster, reports, joining: joining.map(reportOf) }));
}

function cpuJoin(joining: NodeEvidence[]): Finding[] {
  return gateOf(joining).findings.filter(({ check }) => check === 'cpu.join');
}

/** The healthy sample with the CPU evidence of a node. */
function reportOf({ node, host }: NodeEvidence): Report {
  const { cpu, qemu, os } = host;
  const sample = sampleReport({ node, collectedAt: now.toISOString() });
  const sections = { ...sample.sections };
  if (cpu) sections.cpu = { status: 'ok', facts: cpu };
  if (qemu) sections.qemu = { status: 'ok', facts: qemu };
  if (os) sections.os = { status: 'ok', facts: os };
  return reportSchema.parse({ ...sample, sections });
}

function folderOf(nodes: NodeEvidence[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-join-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const node of nodes) {
    writeFileSync(join(folder, `${node.node}.json`), JSON.stringify(reportOf(node)));
  }
  return folder;
}

function fileOf(node: NodeEvidence): string {
  return join(folderOf([node]), `${node.node}.json`);
}
