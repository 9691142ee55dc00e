import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { buildProgram } from '../../../agent/program.ts';
import { type ExitName, exitCodes, exitOfError } from '../../../shared/exit.ts';
import { captureIo } from '../../capture-io.ts';
import { root } from '../../requirements.ts';

const all = {
  check: '*',
  node: '*',
  reason: 'a lab',
  owner: 'anna',
  expires: '2026-11-28T00:00:00Z',
};

/** Audits the recorded host with these waivers; `now` is not when it was recorded. */
async function audit(waivers: unknown[], now: string, ...more: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-waivers-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'waivers.json');
  writeFileSync(file, JSON.stringify(waivers));
  const host = join(root, 'test', 'hosts', 'bookworm-worn-node');
  const argv = ['audit', '--host', host, '--waivers', file, '-f', 'json', ...more];
  const io = captureIo({ now });
  const codes: number[] = [];
  const done = async (exit: Promise<ExitName>) => void codes.push(exitCodes[await exit]);
  try {
    await buildProgram(io, done).parseAsync(argv, { from: 'user' });
  } catch (error) {
    return { code: exitOfError(error).code, said: exitOfError(error).message, counts: null };
  }
  const { findings, counts } = JSON.parse(io.stdout());
  const said = findings
    .map((one: { check: string }) => one.check)
    .filter((check: string) => check.startsWith('waivers.'));
  return { code: codes[0], said, counts };
}

describe('muster-agent audit --waivers', () => {
  test('sets aside every failure and warning, and nothing that is unknown', async () => {
    const before = await audit([], '2026-11-27T23:59:59.999Z');
    const after = await audit([all], '2026-11-27T23:59:59.999Z');

    expect(before).toMatchObject({ code: 2, said: [], counts: { waived: 0 } });
    const { fail, warn, unknown } = before.counts;
    expect(after.counts).toMatchObject({ fail: 0, unknown, waived: fail + warn });
    expect(after.code).toBe(unknown > 0 ? 3 : 0);
  });

  test('judges the end by the clock, not by when the facts were read', async () => {
    expect(await audit([all], '2026-11-28T00:00:00.000Z')).toMatchObject({
      code: 2,
      said: ['waivers.expired'],
      counts: { waived: 0 },
    });
  });

  test('judges the end by --now when it is told', async () => {
    const before = ['--now', '2026-11-27T23:59:59.999Z'];
    const { said } = await audit([all], '2026-12-24T00:00:00.000Z', ...before);
    expect(said).not.toContain('waivers.expired');
    expect(await audit([all], '2026-11-27T00:00:00.000Z', '--now', 'soon')).toMatchObject({
      code: 64,
      said: '--now: expected a UTC instant such as 2026-11-22T08:00:00Z, found "soon"',
    });
  });

  test('says nothing of waivers for other nodes and for the cluster', async () => {
    const { node: _, ...ofCluster } = all;
    const others = [{ ...all, node: 'other.example.org' }, ofCluster, { ...all, check: 'x.y' }];

    expect((await audit(others, '2026-11-27T00:00:00.000Z')).said).toEqual([]);
  });

  test('ends with the place of every mistake in the file', async () => {
    expect(await audit([{ ...all, owner: '' }], '2026-11-27T00:00:00.000Z')).toMatchObject({
      code: 78,
      said: expect.stringMatching(/waivers\.json:1:\d+: \[0\]\.owner: expected who answers/),
    });
  });
});
