import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { buildProgram } from '../../../agent/program.ts';
import { type ExitName, exitCodes, exitOfError } from '../../../shared/exit.ts';
import { captureIo } from '../../capture-io.ts';
import { root } from '../../requirements.ts';

/** Audits the recorded host; what it says as JSON, or as an error. */
async function audit(...argv: string[]) {
  const host = join(root, 'test', 'hosts', 'bookworm-worn-node');
  const io = captureIo();
  const codes: number[] = [];
  const done = async (exit: Promise<ExitName>) => void codes.push(exitCodes[await exit]);
  try {
    const words = ['audit', '--host', host, '-f', 'json', ...argv];
    await buildProgram(io, done).parseAsync(words, { from: 'user' });
  } catch (error) {
    const { code, message } = exitOfError(error);
    return { code, message, findings: [], leftOut: [] };
  }
  return { code: codes[0], message: null, ...JSON.parse(io.stdout()) };
}

function fileWith(value: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-selection-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'file.json');
  writeFileSync(file, JSON.stringify(value));
  return file;
}

const checksOf = ({ findings }: { findings: { check: string }[] }) => [
  ...new Set(findings.map(({ check }) => check)),
];

describe('muster-agent audit --select --skip', () => {
  test('asks what is selected and nothing else, and names the rest', async () => {
    const whole = await audit();
    const only = await audit('--select', 'memory.*', '--skip', 'memory.swap');
    const skipped = checksOf(whole).filter((id) => id !== 'memory.minimum');

    expect(whole).toMatchObject({ code: 2, select: [], skip: [], leftOut: [] });
    expect(checksOf(only)).toContain('memory.minimum');
    expect(checksOf(only).filter((id) => !id.startsWith('memory.'))).toEqual([]);
    expect(only).toMatchObject({ select: ['memory.*'], skip: ['memory.swap'] });
    expect(only.leftOut).toContain('memory.swap');
    expect(skipped.filter((id) => !id.startsWith('memory.') && !only.leftOut.includes(id))).toEqual(
      [],
    );
  });

  test('is undecided when nothing is left to ask', async () => {
    expect((await audit('--skip', '*')).code).toBe(3);
  });

  test('calls no waiver unused whose check was left out', async () => {
    const waiver = { check: 'storage.*', node: '*', reason: 'r', owner: 'anna' };
    const file = fileWith([{ ...waiver, expires: '2027-01-01T00:00:00Z' }]);
    const answer = await audit('--waivers', file, '--select', 'storage.empty');
    expect(checksOf(answer)).toEqual(['storage.empty']);
  });

  test.each([
    [['--skip', 'memory.swop'], '--skip: memory.swop: no such check (did you mean "memory.swap"?)'],
    [['--select', 'nodes.*'], '--select: nodes.*: expected a glob that some check answers to'],
  ])('refuses %j', async (argv, message) => {
    expect(await audit(...argv)).toMatchObject({ code: 64, message });
  });

  test('weighs what it finds as the policy has it', async () => {
    const before = await audit();
    const after = await audit('--policy', fileWith({ severity: { '*': 'warn' } }));
    expect(before.counts.fail).toBeGreaterThan(0);
    expect(after.counts).toMatchObject({
      fail: 0,
      warn: before.counts.warn + before.counts.fail,
      unknown: before.counts.unknown,
    });
  });
});
