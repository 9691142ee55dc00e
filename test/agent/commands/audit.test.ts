import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { buildProgram } from '../../../agent/program.ts';
import { exitCodes } from '../../../shared/exit.ts';
import { formats } from '../../../shared/outputs.ts';
import { type CapturedIo, captureIo } from '../../capture-io.ts';
import { root } from '../../requirements.ts';

/** Runs `muster-agent audit` on a recorded host and gives its exit code. */
async function audit(host: string, args: string[], io: CapturedIo): Promise<number> {
  let code = -1;
  const program = buildProgram(io, async (exit) => {
    code = exitCodes[await exit];
  });
  const folder = join(root, 'test', 'hosts', host);
  await program.parseAsync(['audit', '--host', folder, ...args], { from: 'user' });
  return code;
}

describe('muster-agent audit', () => {
  test('ends in one code whatever the format, and prints every one of them', async () => {
    const codes = await Promise.all(
      formats.map(async (format) => {
        const io = captureIo();
        const code = await audit('bookworm-worn-node', ['-f', format], io);
        return [format, code, io.stdout().length > 100, io.stderr()];
      }),
    );

    expect(codes).toEqual(formats.map((format) => [format, 2, true, '']));
  });

  test('writes every format in one run, and the same bytes on the next', async () => {
    const out = mkdtempSync(join(tmpdir(), 'muster-out-'));
    onTestFinished(() => rmSync(out, { recursive: true }));
    const outputs = formats.flatMap((format) => ['-o', `${format}:${join(out, format)}`]);
    const [first, second] = [captureIo(), captureIo({ now: '2027-01-01T00:00:00.000Z' })];

    expect(await audit('bookworm-worn-node', ['-f', 'html', ...outputs], first)).toBe(2);
    expect(await audit('bookworm-worn-node', ['-f', 'html'], second)).toBe(2);
    expect(readdirSync(out)).toEqual([...formats].sort());
    expect(second.stdout()).toBe(first.stdout());
  });
});
