import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { buildProgram } from '../../../collector/program.ts';
import { exitCodes, exitOfError } from '../../../shared/exit.ts';
import { formats } from '../../../shared/outputs.ts';
import { type CapturedIo, captureIo } from '../../capture-io.ts';
import { now, seedReports } from '../seed-cluster.ts';

/** Runs `muster` and gives its exit code. */
async function muster(args: string[], io: CapturedIo): Promise<number> {
  let code = -1;
  const program = buildProgram(io, async (exit) => {
    code = exitCodes[await exit];
  });
  return program.parseAsync(args, { from: 'user' }).then(
    () => code,
    (error: unknown) => exitOfError(error).code,
  );
}

/** A folder with the reports of the seed's cluster. */
function reportFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-verify-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const report of seedReports()) {
    writeFileSync(join(folder, `${report.node}.json`), JSON.stringify(report));
  }
  return folder;
}

describe('muster verify', () => {
  test('ends in one code whatever the format, and prints every one of them', async () => {
    const verify = ['verify', reportFolder(), '--gate', 'install', '--now', now.toISOString()];
    const codes = await Promise.all(
      formats.map(async (format) => {
        const io = captureIo();
        const code = await muster([...verify, '-f', format], io);
        return [format, code, io.stdout().length > 100, io.stderr()];
      }),
    );

    expect(codes).toEqual(formats.map((format) => [format, 2, true, '']));
  });

  test('writes every format in one run', async () => {
    const folder = reportFolder();
    const out = mkdtempSync(join(tmpdir(), 'muster-out-'));
    onTestFinished(() => rmSync(out, { recursive: true }));
    const outputs = formats.flatMap((format) => ['-o', `${format}:${join(out, format)}`]);
    const verify = ['verify', folder, '--gate', 'health', '--now', now.toISOString()];

    expect(await muster([...verify, ...outputs], captureIo())).toBe(2);
    expect(readdirSync(out)).toEqual([...formats].sort());
  });

  test.each([
    [['-f', 'xml'], 64],
    [['-o', 'junit'], 64],
    [['-o', 'tap:-', '-f', 'json'], 64],
    [['-o', 'junit:/nowhere/at/all.xml'], 64],
  ])('refuses %j with the code of usage', async (args, code) => {
    const verify = ['verify', reportFolder(), '--gate', 'install', ...args];

    expect(await muster(verify, captureIo())).toBe(code);
  });

  test('says a wrong output before it reads a single report', async () => {
    expect(await muster(['verify', '/nowhere', '--gate', 'install', '-o', 'x'], captureIo())).toBe(
      64,
    );
  });
});
