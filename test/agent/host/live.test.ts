import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { liveHost } from '../../../agent/host/live.ts';

describe('remember', () => {
  test('gives the kept text for exactly the same key, also to the next run', async () => {
    const stateDir = folder();
    const ask = asker();
    expect(await liveHost({ stateDir }).remember('qemu', 'key 1', ask)).toBe('answer 1');
    expect(await liveHost({ stateDir }).remember('qemu', 'key 1', ask)).toBe('answer 1');
    expect(await liveHost({ stateDir }).remember('qemu', 'key 2', ask)).toBe('answer 2');
    expect(await liveHost({ stateDir }).remember('qemu', 'key 1', ask)).toBe('answer 3');
  });

  test('keeps one file for each name, readable by the agent alone', async () => {
    const stateDir = join(folder(), 'new');
    const host = liveHost({ stateDir });
    await host.remember('one', 'key', async () => 'text');
    await host.remember('two', 'key', async () => 'text');
    expect(readdirSync(stateDir).sort()).toEqual(['one.json', 'two.json']);
    expect(statSync(join(stateDir, 'one.json')).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['empty', ''],
    ['truncated', '{"key":"key","te'],
    ['of another form', '["key", "text"]'],
    ['without a text', '{"key":"key"}'],
    ['of the wrong type', '{"key":"key","text":7}'],
    ['binary', '\u0000\u0001\ufffd'],
  ])('asks anew when the kept file is %s, and keeps the new answer', async (_title, text) => {
    const stateDir = folder();
    const host = liveHost({ stateDir });
    const ask = asker();
    writeFileSync(join(stateDir, 'qemu.json'), text);
    expect(await host.remember('qemu', 'key', ask)).toBe('answer 1');
    expect(await host.remember('qemu', 'key', ask)).toBe('answer 1');
  });

  test('asks each time when it cannot keep, and leaves nothing behind', async () => {
    const stateDir = folder();
    mkdirSync(join(stateDir, 'qemu.json'));
    const ask = asker();
    const host = liveHost({ stateDir });
    expect(await host.remember('qemu', 'key', ask)).toBe('answer 1');
    expect(await host.remember('qemu', 'key', ask)).toBe('answer 2');
    expect(readdirSync(stateDir)).toEqual(['qemu.json']);
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    expect(await liveHost({ stateDir: file }).remember('qemu', 'key', ask)).toBe('answer 3');
  });

  test('asks each time without a state folder', async () => {
    const ask = asker();
    expect(await liveHost().remember('qemu', 'key', ask)).toBe('answer 1');
    expect(await liveHost({ stateDir: null }).remember('qemu', 'key', ask)).toBe('answer 2');
  });

  test('fails as the question fails, and keeps nothing', async () => {
    const stateDir = folder();
    const failing = () => liveHost().read('/none').then(String);
    await expect(liveHost({ stateDir }).remember('qemu', 'key', failing)).rejects.toMatchObject({
      kind: 'not_found',
    });
    expect(readdirSync(stateDir)).toEqual([]);
  });
});

test('a pipe that nobody writes to is refused, not waited for', async () => {
  const pipe = join(folder(), 'pipe');
  const host = liveHost();
  await host.run('mkfifo', [pipe]);
  await expect(host.read(pipe)).rejects.toMatchObject({
    kind: 'other',
    message: `${pipe} is not a regular file`,
  });
});

test('memory modules are never made up: they are those that dmidecode tells of', async () => {
  const host = liveHost();
  const modules = await host.inventory('memLayout').catch(() => null);
  const told = await host.run('dmidecode', ['-t', 'memory']).catch(() => null);
  const count = told === null ? 0 : (told.stdout.match(/^Memory Device$/gm) ?? []).length;
  expect(Array.isArray(modules) ? modules.length : 0).toBe(count);
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'muster-live-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** Answers `answer 1`, `answer 2` … each time it is really asked. */
function asker(): () => Promise<string> {
  let times = 0;
  return async () => `answer ${++times}`;
}
