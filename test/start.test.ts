import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reportSchema } from '../shared/report.ts';
import { VERSION } from '../shared/version.ts';
import { root } from './requirements.ts';

let state: string;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'muster-start-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

describe('npm start', () => {
  test('with --once gives a verdict about this machine, the advice, and exit code 0', () => {
    const done = start(['--once']);
    expect(done.stderr).toContain('delivered 1 of ');
    expect(done.stdout).toMatch(
      /^(OPEN|CLOSED|UNDECIDED) {2}gate install, cluster this-machine: /m,
    );
    expect(done.stdout).toMatch(/cpu_type|No model|Undecided/);
    expect(done.stdout).toMatch(/^verify would exit with [0-3]: /m);
    expect(done.status).toBe(0);
    expect(existsSync(join(state, 'muster.db'))).toBe(true);
  });

  test('works again with the state it left, and says what to do when that does not fit', () => {
    expect(start(['--once']).stderr).toContain('enrolled as ');
    const again = start(['--once']);
    expect(again.stderr).not.toContain('enrolled as ');
    expect(again.stderr).toContain('delivered 1 of ');
    expect(again.status).toBe(0);

    for (const name of readdirSync(state)) {
      if (name.startsWith('muster.db')) rmSync(join(state, name));
    }
    const stale = start(['--once']);
    expect(stale.stderr).toContain(`begin anew: rm -r ${state}`);
    expect(stale.status).toBe(77);
  }, 120_000);

  test('serves the page until it is told to stop, and then ends by itself', async () => {
    const child = spawn(process.execPath, ['packaging/start.mjs'], environment('ignore'));
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    const address = await new Promise<string>((resolve) => {
      let seen = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        seen += chunk.toString('utf8');
        const found = /The page: (\S+)/.exec(seen)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    const page = await fetch(address);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('this-machine');
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    await expect(fetch(address)).rejects.toThrow();
  });
});

describe('the built programs', () => {
  test.each(['muster-agent.js', 'muster.js'])('%s is executable and knows its version', (name) => {
    const done = spawnSync(join(root, 'dist', name), ['--version'], { encoding: 'utf8' });
    expect(done.stdout).toMatch(
      /^[\d.]+ \(commit (unknown|[0-9a-f]{40}(-changed)?), report schema 1\)\n$/,
    );
    expect(done.stdout.split(' ')[0]).toBe(VERSION);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(version).toBe(VERSION);
  });

  test('the agent runs from standard input, as it does over ssh', () => {
    const done = spawnSync(process.execPath, ['-', 'report', '--state', state], {
      encoding: 'utf8',
      input: readFileSync(join(root, 'dist', 'muster-agent.js')),
      maxBuffer: 2 ** 26,
    });
    expect(done.stderr).toBe('');
    expect(reportSchema.parse(JSON.parse(done.stdout)).agent.origin).toBe('live');
  });

  test.each([
    ['muster.js', ['verify', '--gate', 'instal', '.'], /did you mean "install"/],
    ['muster.js', ['verify'], /required option '--gate <gate>'/],
    ['muster-agent.js', ['audti'], /unknown command 'audti'/],
    ['muster-agent.js', ['audit', '--policy', '/nothing'], /reading the policy: ENOENT/],
  ])('%s %j fails with a sentence and a code of sysexits', (name, args, message) => {
    const done = spawnSync(process.execPath, [join(root, 'dist', name), ...args], {
      encoding: 'utf8',
    });
    expect(done.stderr).toMatch(message);
    expect([64, 66]).toContain(done.status);
    expect(done.stdout).toBe('');
  });
});

function start(args: string[]) {
  const { env, cwd } = environment('pipe');
  return spawnSync(process.execPath, ['packaging/start.mjs', ...args], {
    encoding: 'utf8',
    env,
    cwd,
  });
}

function environment(input: 'ignore' | 'pipe') {
  return {
    cwd: root,
    env: { ...process.env, MUSTER_STATE: state },
    stdio: [input, 'pipe', 'ignore'] as ['ignore' | 'pipe', 'pipe', 'ignore'],
  };
}
