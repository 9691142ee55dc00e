// Steps that `npm start`, `npm test` and `.ci/run` share. Plain Node: they run before any install.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const MINIMUM_NODE = 20;
const SOURCES = ['agent', 'collector', 'shared', 'packaging', 'package-lock.json'];

/** Ends with a clear sentence instead of a stack; sysexits EX_UNAVAILABLE. */
export function stop(message) {
  process.stderr.write(`muster: ${message}\n`);
  process.exit(69);
}

/** Runs a command with our streams; a failure ends the program with its name. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) stop(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) stop(`"${command} ${args.join(' ')}" ended with ${result.status}`);
}

/** Installs the packages of the lock file, when they are not there or not those. */
export function ensureInstalled() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < MINIMUM_NODE) {
    stop(
      `needs Node ${MINIMUM_NODE} or newer to build and to run the collector, found ${process.version}`,
    );
  }
  const installed = join(root, 'node_modules', '.package-lock.json');
  const current =
    existsSync(installed) && statSync(installed).mtimeMs >= modified('package-lock.json');
  if (current) return;
  process.stderr.write(
    'installing packages (better-sqlite3 is compiled where no build of it fits: minutes)\n',
  );
  const env = { ...process.env };
  // the headers that Debian's and the official Node install; spares node-gyp a download
  if (existsSync('/usr/include/node/node.h')) env.npm_config_nodedir ??= '/usr';
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    env,
    stdio: ['ignore', 2, 2],
  });
}

/** Builds dist/ when a source is newer than what stands there. */
export function ensureBuilt() {
  const built = join(root, 'dist', 'built');
  const newest = Math.max(...SOURCES.map((source) => newestBelow(source)));
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  run(process.execPath, [join(root, 'packaging', 'build.mjs')], { stdio: ['ignore', 2, 2] });
}

/** Marks dist/ as built now. */
export function markBuilt() {
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, 'dist', 'built'), '');
}

function newestBelow(path) {
  const full = join(root, path);
  if (!statSync(full).isDirectory()) return modified(path);
  const names = readdirSync(full, { recursive: true });
  return Math.max(0, ...names.map((name) => modified(join(path, name))));
}

function modified(path) {
  return statSync(join(root, path)).mtimeMs;
}
