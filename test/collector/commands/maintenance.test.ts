import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Report } from '../../../shared/report.ts';
import { factsIn, nodeName, smallCluster } from '../cluster/maintenance/small-cluster.ts';
import { temporaryFolder } from '../test-app.ts';
import { muster } from './muster.ts';

const sketch = {
  free: [4096, 4096, 4096],
  guests: [{ name: 'web', on: 2, mirror: 3 }],
};
const now = ['--now', '2026-11-22T12:00:00Z'];
let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

function written(name: string, reports: Report[]): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(reports));
  return path;
}

const gate = (path: string, ...words: string[]) =>
  muster('verify', path, '--gate', 'maintenance', ...now, ...words);

describe('verify --gate maintenance --drain', () => {
  test('opens, and prints the commands in their order, ready to paste', async () => {
    const path = written('before.json', smallCluster(sketch));
    const { code, stdout } = await gate(path, '--drain', nodeName(2));
    expect(code).toBe(0);
    const commands = stdout.split('\n').filter((line) => line.startsWith('gnt-'));
    expect(commands).toEqual([
      expect.stringMatching(/^gnt-cluster watcher pause 3h {2}# .*2026-11-22T15:00:00.000Z$/),
      expect.stringMatching(/^gnt-node modify --drained=yes --auto-promote ganeti02/),
      'gnt-instance migrate -f --no-runtime-changes web  # 512 MiB from ganeti02.example.org to ' +
        'ganeti03.example.org; it runs on, 16 s',
      expect.stringMatching(/^gnt-node modify --offline=yes ganeti02/),
      expect.stringMatching(/^gnt-node modify -f --offline=no --drained=no ganeti02/),
      expect.stringMatching(/^gnt-node modify --master-candidate=yes ganeti02/),
      expect.stringMatching(/^gnt-cluster verify-disks/),
      expect.stringMatching(/^gnt-cluster watcher continue/),
      expect.stringMatching(/^gnt-cluster verify --error-codes/),
      'gnt-instance migrate -f --no-runtime-changes web  # back to ganeti02.example.org',
    ]);
  });

  test('is closed with the reason first and without commands', async () => {
    const path = written('before.json', smallCluster({ ...sketch, free: [4096, 4096, 511] }));
    const { code, stdout } = await gate(path, '--drain', nodeName(2));
    expect(code).toBe(2);
    expect(stdout).toContain('web needs 512 MiB and finds no room');
    expect(stdout).not.toContain('gnt-instance migrate');
  });

  test.each([
    [['--drain', 'ganeti02.example.com'], 'did you mean "ganeti02.example.org"?'],
    [[], '--gate maintenance and --drain NODE (or --after) go together'],
    [['--drain', nodeName(2), '--after', 'x'], 'give one of them'],
  ])('refuses %j', async (words, message) => {
    const path = written('before.json', smallCluster(sketch));
    const { code, stderr } = await gate(path, ...words);
    expect(code).toBe(64);
    expect(stderr).toContain(message);
  });
});

describe('verify --after', () => {
  test('compares with the receipt, which can be derived again', async () => {
    const path = written('before.json', smallCluster(sketch));
    const receipt = join(folder, 'receipt.json');
    await gate(path, '--drain', nodeName(2), '-o', `receipt:${receipt}`);
    expect((await muster('receipt', 'check', receipt, path)).stdout).toMatch(/^equal/);
    const unchanged = await gate(path, '--after', receipt);
    expect(unchanged.code).toBe(2);
    expect(unchanged.stdout).toContain('it still runs the boot of before');
    const booted = smallCluster({
      ...sketch,
      report: (one, number) => {
        if (number === 2) factsIn(one, 'identity').bootId = 'another';
      },
    });
    expect(await gate(written('after.json', booted), '--after', receipt)).toMatchObject({
      code: 0,
    });
  });

  test('refuses the receipt of another question', async () => {
    const path = written('before.json', smallCluster(sketch));
    const receipt = join(folder, 'receipt.json');
    await muster('verify', path, '--gate', 'health', ...now, '-o', `receipt:${receipt}`);
    expect(await gate(path, '--after', receipt)).toMatchObject({ code: 65 });
  });
});

test('muster rolling and capacity answer from the same reports', async () => {
  const path = written('before.json', smallCluster(sketch));
  const rolling = await muster('rolling', path, ...now, '-f', 'json');
  expect(rolling.code).toBe(0);
  expect(JSON.parse(rolling.stdout).groups.map(({ nodes }: { nodes: string[] }) => nodes)).toEqual([
    [nodeName(2)],
    [nodeName(3)],
    [nodeName(1)],
  ]);
  const capacity = await muster('capacity', path, ...now);
  expect(capacity).toMatchObject({ code: 0 });
  expect(capacity.stdout).toContain('pass     capacity.loss');
});
