import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sourceCommit } from '../packaging/commit.mjs';

const identity = ['-c', 'user.name=n', '-c', 'user.email=e@example.org'];

function repository() {
  const folder = mkdtempSync(join(tmpdir(), 'muster-commit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const git = (...args: string[]) => {
    const done = spawnSync('git', ['-C', folder, ...identity, ...args], { encoding: 'utf8' });
    return done.stdout.trim();
  };
  git('init', '-q');
  writeFileSync(join(folder, 'a'), '1');
  git('add', 'a');
  git('commit', '-q', '-m', 'first');
  return { folder, git };
}

test('the commit is that of the sources, marked when they differ from it', () => {
  const { folder, git } = repository();
  const head = git('rev-parse', 'HEAD');
  expect(head).toMatch(/^[0-9a-f]{40}$/);
  expect(sourceCommit(folder, {})).toBe(head);
  writeFileSync(join(folder, 'b'), 'untracked');
  expect(sourceCommit(folder, {})).toBe(head);
  writeFileSync(join(folder, 'a'), '2');
  expect(sourceCommit(folder, {})).toBe(`${head}-changed`);
});

test('SOURCE_COMMIT decides; outside git it is unknown, also inside of another’s', () => {
  const { folder } = repository();
  expect(sourceCommit(folder, { SOURCE_COMMIT: 'abc' })).toBe('abc');
  const inner = mkdtempSync(join(folder, 'inner-'));
  expect(sourceCommit(inner, {})).toBe('unknown');
  expect(sourceCommit(tmpdir(), {})).toBe('unknown');
});
