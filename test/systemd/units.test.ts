import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { describeWith, program, root } from '../requirements.ts';

const folder = join(root, 'systemd');
const units = readdirSync(folder).sort();

/** What the units start; `verify` looks whether it is there. */
const started = ['usr/bin/muster-agent', 'usr/bin/muster', 'bin/kill'];

/** The folder of a machine's own units, below which ours stand after an installation. */
const INSTALLED = 'lib/systemd/system';

test('the units are these', () => {
  expect(units).toEqual(['muster-agent.service', 'muster-agent.timer', 'muster-collector.service']);
});

describeWith([program('systemd-analyze', 'systemd')], 'systemd itself judges the units', () => {
  test('verify has nothing to say of any of them', () => {
    expect(verified(scratchRoot())).toEqual({ code: 0, said: '' });
  });

  test('verify would name a directive that it does not know', () => {
    const scratch = scratchRoot();
    const path = join(scratch, INSTALLED, 'muster-agent.service');
    writeFileSync(path, '[Service]\nType=oneshot\nExecStart=/usr/bin/muster-agent\nNonsense=1\n');
    const { code, said } = verified(scratch);
    expect(code).not.toBe(0);
    expect(said).toMatch(/Unknown key (name )?'Nonsense' in section ['[]Service/);
  });

  const scores: [string, number][] = [
    ['muster-collector.service', 2],
    ['muster-agent.service', 4],
  ];
  test.each(scores)('the exposure of %s is at most %d', (unit, most) => {
    const { stdout } = analyze('security', '--offline=true', '--no-pager', join(folder, unit));
    const score = /Overall exposure level for \S+: (\d+\.\d)/.exec(stdout)?.[1];
    expect(Number(score)).toBeGreaterThan(0);
    expect(Number(score)).toBeLessThanOrEqual(most);
  });

  test('the agent comes every quarter of an hour', () => {
    const { stdout } = analyze('calendar', '--iterations=2', '*:0/15');
    expect(stdout).toContain('Normalized form: *-*-* *:00/15:00');
  });
});

/** A root of its own with the units of this machine and ours, and what ours start. */
function scratchRoot(): string {
  const scratch = mkdtempSync(join(tmpdir(), 'muster-units-'));
  onTestFinished(() => rmSync(scratch, { recursive: true }));
  cpSync(join('/', INSTALLED), join(scratch, INSTALLED), { recursive: true });
  cpSync(folder, join(scratch, INSTALLED), { recursive: true });
  for (const path of started) {
    mkdirSync(dirname(join(scratch, path)), { recursive: true });
    writeFileSync(join(scratch, path), '', { mode: 0o755 });
  }
  return scratch;
}

function verified(scratch: string): { code: number | null; said: string } {
  const options = [`--root=${scratch}`, '--recursive-errors=yes', '--man=no'];
  const { code, stderr } = analyze('verify', ...options, ...units);
  return { code, said: stderr };
}

function analyze(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', SYSTEMD_COLORS: '0' },
  });
  return { code: status, stdout, stderr };
}
