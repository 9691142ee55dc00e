import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { VERSION } from '../../shared/version.ts';
import { root } from '../requirements.ts';
import { finished } from './debian-root.ts';

/** better-sqlite3 is compiled where no build of it fits; here the one of this checkout is given. */
const LIMIT_MS = 5 * 60_000;

describe('the tarball of npm', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-tarball-'));
  const prefix = join(folder, 'prefix');
  let files: string[] = [];

  beforeAll(async () => {
    const packed = await npm('pack', '--json', '--ignore-scripts', '--pack-destination', folder);
    const [{ filename, files: entries }] = JSON.parse(packed);
    files = entries.map(({ path }: { path: string }) => path).sort();
    mkdirSync(join(folder, 'prebuilds'));
    keepNativeModule(join(folder, 'prebuilds'));
    const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
    await npm('install', '--global', '--prefix', prefix, ...quiet, join(folder, filename));
    return () => rmSync(folder, { recursive: true });
  }, LIMIT_MS);

  test('holds what runs, and what one reads', () => {
    expect(files).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/muster-agent.js',
      'dist/muster.js',
      'dist/package.json',
      'package.json',
    ]);
  });

  test.each(['muster', 'muster-agent'])('%s runs once it is installed', (name) => {
    const { stdout, stderr } = spawnSync(join(prefix, 'bin', name), ['--version'], {
      encoding: 'utf8',
      cwd: '/',
    });
    expect(stderr).toBe('');
    expect(stdout).toContain(VERSION);
  });

  test('its collector opens a database', () => {
    const asked = ['token', 'create', '--database', join(folder, 'muster.db')];
    const bound = ['--cluster', 'prod', '--role', 'reader'];
    const made = spawnSync(join(prefix, 'bin', 'muster'), [...asked, ...bound], { cwd: '/' });
    expect(String(made.stdout)).toMatch(/^muster_\w+/);
  });

  async function npm(...args: string[]): Promise<string> {
    const env = {
      ...process.env,
      npm_config_better_sqlite3_local_prebuilds: join(folder, 'prebuilds'),
    };
    const { code, stdout, stderr } = await finished(spawn('npm', args, { cwd: root, env }));
    if (code !== 0) throw new Error(`npm ${args[0]}: ${stderr}`);
    return stdout;
  }
});

/** In the form in which the installer of better-sqlite3 looks for one. */
function keepNativeModule(folder: string): void {
  const module = join(root, 'node_modules', 'better-sqlite3');
  const { version } = JSON.parse(readFileSync(join(module, 'package.json'), 'utf8'));
  const { platform, arch, versions } = process;
  const name = `better-sqlite3-v${version}-node-v${versions.modules}-${platform}-${arch}.tar.gz`;
  const built = 'build/Release/better_sqlite3.node';
  spawnSync('tar', ['-czf', join(folder, name), '-C', module, built]);
}

test('the agent judges a machine that has nothing of ours: node - audit < muster-agent.js', () => {
  const agent = readFileSync(join(root, 'dist', 'muster-agent.js'), 'utf8');
  const host = join(root, 'test', 'hosts', 'seed-ganeti02');
  const asked = ['audit', '--format', 'json', '--now', '2026-11-22T00:00:00Z', '--host', host];
  const piped = spawnSync(process.execPath, ['-', ...asked], { input: agent, encoding: 'utf8' });
  const installed = spawnSync(process.execPath, [join(root, 'dist', 'muster-agent.js'), ...asked]);
  expect(piped.stderr).toBe('');
  expect([piped.status, piped.stdout]).toEqual([2, String(installed.stdout)]);
}, 60_000);
