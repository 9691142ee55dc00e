import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { run } from '../../../agent/host/run.ts';
import { root } from '../../requirements.ts';

test('a command that is cut off is killed with all that it started', async () => {
  const notes = notebook();
  const script = `sleep 30 & echo $! > ${notes}; echo $$ >> ${notes}; wait`;
  await expect(run('sh', ['-c', script], { timeoutMs: 200 })).rejects.toMatchObject({
    name: 'HostError',
    kind: 'timed_out',
  });
  const pids = readFileSync(notes, 'utf8').trim().split('\n');
  expect(pids).toHaveLength(2);
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]));
});

test('a command whose output is too large is killed', async () => {
  const notes = notebook();
  const script = `echo $$ > ${notes}; exec yes`;
  await expect(run('sh', ['-c', script], { maxBytes: 100 })).rejects.toMatchObject({
    kind: 'too_large',
  });
  const pid = readFileSync(notes, 'utf8').trim();
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
});

test('the time limit holds when a process that left the group keeps the output', async () => {
  const notes = notebook();
  const script = `setsid sleep 30 & echo $! > ${notes}`;
  await expect(run('sh', ['-c', script], { timeoutMs: 200 })).rejects.toMatchObject({
    kind: 'timed_out',
  });
  process.kill(Number(readFileSync(notes, 'utf8')), 'SIGKILL');
});

test('what still runs when the agent exits is killed with it', async () => {
  const notes = notebook();
  const program = `
    import { existsSync, readFileSync } from 'node:fs';
    import { run } from '${join(root, 'agent/host/run.ts')}';
    void run('sh', ['-c', 'echo $$ > ${notes}; exec sleep 30']);
    const isNoted = () => existsSync('${notes}') && readFileSync('${notes}').length > 0;
    setInterval(() => isNoted() && process.exit(7), 5);`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', program];
  const ended = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect({ code: ended.status, stderr: ended.stderr }).toEqual({ code: 7, stderr: '' });
  await vi.waitFor(() => expect(isAlive(readFileSync(notes, 'utf8').trim())).toBe(false));
});

test('a failure names the command with its arguments, clipped', async () => {
  const long = 'x'.repeat(300);
  await expect(run('false', [long])).rejects.toMatchObject({
    source: `false ${'x'.repeat(194)} …`,
    result: { stdout: '', stderr: '', code: 1 },
  });
});

test('an argument with a NUL byte is a failure like any other', async () => {
  await expect(run('true', ['a\0b'])).rejects.toMatchObject({ name: 'HostError', kind: 'other' });
});

/** A file that a script writes the ids of its processes to. */
function notebook(): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-run-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'pids');
}

/** Ended processes may stay as zombies where nobody collects orphans, as in a container. */
function isAlive(pid: string): boolean {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return false;
  return !readFileSync(file, 'utf8')
    .replace(/^.*\) /s, '')
    .startsWith('Z');
}
