import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { registerCpuType } from '../../../collector/commands/cpu-type.ts';
import { registerMigration } from '../../../collector/commands/migration.ts';
import { CommandError, type ExitName } from '../../../shared/exit.ts';
import type { Report } from '../../../shared/report.ts';
import { captureIo } from '../../capture-io.ts';
import { provenNode } from '../cluster/cpu-nodes.ts';
import { clusterName, now as seedNow, seedReports } from '../seed-cluster.ts';
import { temporaryFolder } from '../test-app.ts';

/** The guide's three nodes, each with a QEMU that answered for what a model has. */
function reports(like: string[]): Report[] {
  return seedReports().map((report, index) => {
    const { cpu, qemu } = provenNode(report.node, { like: like[index] ?? '' }).host;
    if (!cpu || !qemu) throw new Error('no evidence');
    const sections = {
      cpu: { status: 'ok', facts: cpu },
      qemu: { status: 'ok', facts: qemu },
    } as const;
    return { ...report, sections: { ...report.sections, ...sections } };
  });
}

function fileOf(content: unknown): string {
  const file = join(temporaryFolder(), 'reports.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

async function muster(words: string[], now = seedNow.toISOString()) {
  const io = captureIo({ now });
  const program = new Command('muster').exitOverride();
  const exits: ExitName[] = [];
  for (const register of [registerCpuType, registerMigration]) {
    register(program, io, async (exit) => void exits.push(await exit));
  }
  await program.parseAsync([...words, '--cluster', clusterName], { from: 'user' });
  return { exit: exits[0], text: io.stdout() };
}

const alike = () => fileOf(reports(['Haswell-v4', 'Haswell-v4', 'Haswell-v4']));
const mixed = () => fileOf(reports(['Haswell-v4', 'Haswell-v4', 'Westmere-v2']));

describe('muster cpu-type', () => {
  test('tells the recommendation first, and ends well', async () => {
    const { exit, text } = await muster(['cpu-type', alike()]);
    expect(exit).toBe('open');
    expect(text).toMatch(/^Recommended cpu_type: Haswell-v4,enforce\n/);
    expect(text).toContain("gnt-cluster modify -H kvm:cpu_type='Haswell-v4\\,enforce'");
  });

  test('gives the same answer as JSON', async () => {
    const { exit, text } = await muster(['cpu-type', alike(), '--format', 'json']);
    const answer = JSON.parse(text);
    expect(exit).toBe('open');
    expect(answer).toMatchObject({
      schema: 1,
      groups: [
        {
          vendor: 'GenuineIntel',
          recommended: { cpuType: 'Haswell-v4,enforce', base: 'Haswell-v4', add: [], remove: [] },
          plain: { cpuType: 'Haswell-v4' },
        },
      ],
    });
    expect(Object.keys(answer.matrix)).toEqual(
      answer.nodes.map((one: { node: string }) => one.node),
    );
  });

  test('tells what retiring the oldest node would bring', async () => {
    const words = ['cpu-type', mixed(), '--without', 'ganeti03.example.org'];
    const { text } = await muster(words);
    expect(text).toMatch(/^What the change does:\n {2}default, GenuineIntel: guests get more/);
    expect(text).toContain('(Westmere-v2,enforce → Haswell-v4,enforce)');
  });

  test('tells what a joining node would cost', async () => {
    const [, , old] = reports(['', '', 'Westmere-v2'].map((name) => name || 'Haswell-v4'));
    const words = ['cpu-type', alike(), '--with', fileOf({ ...old, node: 'new.example.org' })];
    const { text } = await muster([...words, '--format', 'json']);
    expect(JSON.parse(text).effects).toEqual([
      {
        ...{ group: 'default', vendor: 'GenuineIntel', effect: 'worse' },
        ...{ before: 'Haswell-v4,enforce', after: 'Westmere-v2,enforce' },
      },
    ]);
  });

  test('is undecided when the reports are too old', async () => {
    const { exit, text } = await muster(['cpu-type', alike()], '2026-11-25T12:00:00.000Z');
    expect(exit).toBe('undecided');
    expect(text).toMatch(/^Undecided: /);
  });

  test.each([
    [['--without', 'ganeti3.example.org'], 'did you mean "ganeti03.example.org"?'],
    [['--qemu', '4.2'], 'expected a version from 5.2 on'],
    [['--qemu', 'newest'], 'expected a version from 5.2 on'],
  ])('refuses %j', async (words, message) => {
    const failed = await muster(['cpu-type', alike(), ...words]).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(CommandError);
    expect(String(failed)).toContain(message);
  });
});

describe('muster migration', () => {
  test('is open between equal nodes', async () => {
    const { exit, text } = await muster(['migration', alike()]);
    expect(exit).toBe('open');
    expect(text).toContain('every node can send a running guest to every other');
    expect(text).toContain('Recommended machine_version: pc-i440fx-7.2');
  });

  test('is closed where the configured type does not run', async () => {
    const policy = join(temporaryFolder(), 'policy.yaml');
    writeFileSync(policy, 'hvparams:\n  cpu_type: Haswell-v4,enforce\n');
    const words = ['migration', mixed(), '--policy', policy, '--format', 'json'];
    const { exit, text } = await muster(words);
    expect(exit).toBe('closed');
    expect(JSON.parse(text)).toMatchObject({
      schema: 1,
      matrices: [{ of: 'configured' }, { of: 'recommended' }],
      machineVersion: { i440fx: { machine: 'pc-i440fx-7.2' } },
    });
  });
});
