import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWith, program, root } from '../../requirements.ts';
import { temporaryFolder } from '../test-app.ts';

describeWith([program('strace', 'strace')], 'the store, traced,', () => {
  test('acknowledges a report only when its log is on disk', () => {
    const folder = temporaryFolder();
    const trace = join(folder, 'trace');
    const script = join(root, 'test', 'collector', 'store', 'sync-process.ts');
    // -y: descriptors come with their paths
    const calls = 'trace=write,writev,pwrite64,fsync,fdatasync';
    const strace = ['-f', '-qq', '-y', '-s', '64', '-e', calls, '-o', trace];
    const node = [process.execPath, '--import', 'tsx', script, join(folder, 'muster.db')];
    const { status, stdout } = spawnSync('strace', [...strace, ...node], {
      encoding: 'utf8',
      cwd: root,
    });
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: 'acknowledged 1\nacknowledged 2\nacknowledged 3\n',
    });
    const steps = readFileSync(trace, 'utf8').split('\n').flatMap(stepOf);
    const told = steps.flatMap((step, index) => (step === 'told' ? [index] : []));
    expect(told).toHaveLength(3);
    for (const index of told) {
      const before = steps.slice(0, index).filter((step) => step !== 'told');
      expect(before.at(-1)).toBe('synced');
    }
    for (const [number, index] of told.entries()) {
      const since = steps.slice((told[number - 1] ?? -1) + 1, index);
      expect(since).toContain('written');
    }
  });
});

/** What a call did to the write-ahead log, or that it told somebody of a report. */
function stepOf(call: string): ('written' | 'synced' | 'told')[] {
  if (/ = -1 E/.test(call)) return [];
  if (/write\w*\(.*"acknowledged \d/.test(call)) return ['told'];
  if (!/muster\.db-wal>/.test(call)) return [];
  return /f(data)?sync\(/.test(call) ? ['synced'] : ['written'];
}
