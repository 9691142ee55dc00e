import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseVerifyOutput } from '../../../../shared/ganeti-verify.ts';
import type { Report } from '../../../../shared/report.ts';
import { MIB } from '../../../../shared/units.ts';
import { filesOf, ganetiFacts, masterIn, membershipIn } from '../../../agent/ganeti-host.ts';
import { captures, describeWith, reference } from '../../../requirements.ts';
import { sampleGuest } from '../../../sample-ganeti.ts';
import { ok, sampleReport } from '../../../sample-report.ts';
import { drained, factsIn, nodeName, troubles } from './small-cluster.ts';

/** What runs where in the capture, which has no process of a guest. */
const running: Record<number, string> = { 2: 'vm2.example.org', 3: 'vm1.example.org' };

/** The three nodes of the capture, with the hardware of the sample. */
async function realCluster(folder: string): Promise<Report[]> {
  return await Promise.all(
    [1, 2, 3].map(async (number) => {
      const facts = await ganetiFacts(filesOf(folder, `ganeti0${number}`), nodeName(number));
      const report = sampleReport({ node: nodeName(number) });
      // neither is part of a capture
      membershipIn(facts).watcherPausedUntil = ok(null);
      if (number === 1) masterIn(facts).lastVerify = ok(verifyOf(folder));
      report.sections.ganeti = { status: 'ok', facts };
      const guest = sampleGuest({ memoryBytes: 128 * MIB });
      const instance = running[number];
      const guests = instance === undefined ? [] : [{ ...guest, instance }];
      report.sections.guests = { status: 'ok', facts: { guests } };
      factsIn(report, 'memory').unusedBytes = 22_816 * MIB;
      report.sections.peers = { status: 'ok', facts: peersOf(number) };
      return report;
    }),
  );
}

/** What the terminal showed, as if it had been just before. */
function verifyOf(folder: string) {
  const path = reference('captures', folder, 'cli', 'gnt-cluster-verify-error-codes.txt');
  const output = parseVerifyOutput(readFileSync(path, 'utf8'));
  const at = '2026-11-22T11:50:00.000Z';
  return {
    ...{
      jobIds: [1, 2, 3],
      startedAt: at,
      endedAt: at,
      ok: false,
      ignoredErrors: [],
      skippedChecks: [],
    },
    findings: output?.findings ?? [],
  };
}

function peersOf(number: number) {
  const others = [1, 2, 3].filter((other) => other !== number);
  return {
    probed: true as const,
    mtus: ok({ primary: 1500, secondary: 1500 }),
    paths: others.map((other) => ({
      ...{ peer: nodeName(other), role: 'secondary' as const, source: `198.51.100.${4 + number}` },
      address: `198.51.100.${4 + other}`,
      ports: [{ port: 1811, answer: ok({ outcome: 'open' as const, tookMs: 0.2 }) }],
      pingMs: ok(0.2),
      jumbo: null,
    })),
    leftOut: 0,
    cluster: null,
  };
}

const now = new Date('2026-11-22T12:00:00Z');

function asked(reports: Report[], drain: number[]) {
  const waivers = [
    {
      ...{ check: 'maintenance.verify', subject: 'ganeti.ENODESETUP', owner: 'lab' },
      ...{ reason: 'the kernel of the lab has no sysrq', expires: '2036-01-01T00:00:00.000Z' },
    },
  ];
  return drained(reports, drain, { now, waivers });
}

describeWith([captures], 'a real cluster of three nodes', () => {
  test.each([
    [1, []],
    [2, ['fail maintenance.downtime']],
    [3, []],
  ])('without node %i', async (number, expected) => {
    const answer = asked(await realCluster('real-ganeti-3.0.2/baseline'), [number]);
    const standing = answer.findings.filter(({ waived }) => waived === undefined);
    expect(troubles({ ...answer, findings: standing })).toEqual(expected);
    expect(answer.state).toBe(expected.length > 0 ? 'closed' : 'open');
  });

  test.each([
    ['vg-missing', 'fail maintenance.verify'],
    ['bridge-missing', 'fail maintenance.verify'],
    ['clock-skew', 'fail maintenance.verify'],
    ['node-offline', 'fail maintenance.quorum'],
  ])('with the fault %s: %s', async (fault, expected) => {
    const reports = await realCluster(`real-ganeti-3.0.2/faults/${fault}`);
    const answer = asked(reports, [2]);
    expect(answer.state).toBe('closed');
    const standing = answer.findings.filter(({ waived }) => waived === undefined);
    expect(troubles({ ...answer, findings: standing })).toContain(expected);
  });
});
