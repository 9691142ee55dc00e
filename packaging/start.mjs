// `npm start`: from a fresh clone to a verdict about this machine and a page to look at.
// Ctrl-C ends it; `npm start -- --once` ends by itself after the verdict.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root, stop } from './steps.mjs';

const STATE = process.env.MUSTER_STATE ?? join(root, '.muster');
const CLUSTER = 'this-machine';
const PORT = 8470;
const READY_LIMIT_MS = 20_000;
/** What `verify` may end with when it worked: the verdict is in the code. */
const VERDICTS = [0, 1, 2, 3];
/** How the agent ends when the collector does not know it, or its own state is damaged. */
const DOES_NOT_FIT = [77, 78];

const once = process.argv.includes('--once');
const policy = optionValue('--policy');

ensureInstalled();
ensureBuilt();
mkdirSync(STATE, { recursive: true, mode: 0o700 });
const database = join(STATE, 'muster.db');

const { server, address } = await startCollector();
const collector = ['--collector', address];
const agentState = ['--state', join(STATE, 'agent')];
let exit = 70;
try {
  exit = await auditThisMachine();
} finally {
  if (once) await endCollector();
}
if (once) process.exit(exit);
process.stdout.write(`\nThe page: ${address}/   (Ctrl-C ends the collector)\n`);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => endCollector().then(() => process.exit(0)));
}

/** Audits, delivers, prints the verdict; returns 0 when the run itself went well. */
async function auditThisMachine() {
  const enrolled = enrolOnce();
  if (enrolled !== 0) return enrolled;
  const readerToken = makeToken('reader.token', ['--role', 'reader', '--expires', '1d']);
  say('auditing this machine');
  const given = policy === null ? [] : ['--policy', policy];
  const pushed = muster('muster-agent.js', ['push', ...agentState, ...given, ...collector]);
  if (pushed !== 0) {
    if (DOES_NOT_FIT.includes(pushed)) say(startAnew());
    return pushed;
  }
  const asked = ['--cluster', CLUSTER, ...collector, '--token-file', readerToken];
  process.stdout.write('\n');
  const verdict = muster('muster.js', ['verify', '--gate', 'install', ...asked, ...given]);
  if (!VERDICTS.includes(verdict)) return verdict;
  process.stdout.write('\n');
  const advice = muster('muster.js', ['cpu-type', ...asked, ...given]);
  if (!VERDICTS.includes(advice)) return advice;
  process.stdout.write(`\nverify would exit with ${verdict}: ${meaning(verdict)}\n`);
  return 0;
}

/** The key that an earlier run enrolled goes on: the collector's database is beside it. */
function enrolOnce() {
  if (existsSync(join(STATE, 'agent', 'identity', 'identity.json'))) return 0;
  const node = ['--node', nodeName()];
  const token = makeToken('enrolment.token', [...node, '--ttl', '10m']);
  const asked = ['enroll', ...agentState, ...node, ...collector, '--token-file', token];
  const ended = muster('muster-agent.js', asked);
  rmSync(token);
  if (ended !== 0) say(startAnew());
  return ended;
}

/** As the agent names this machine by itself. */
function nodeName() {
  const asked = spawnSync('hostname', ['--fqdn'], { encoding: 'utf8', timeout: 8000 });
  const name = asked.status === 0 ? asked.stdout.trim() : '';
  return name === '' ? hostname() : name;
}

function startAnew() {
  return `should agent and collector no longer fit together, begin anew: rm -r ${STATE}`;
}

function startCollector() {
  const args = ['serve', '--database', database, '--open-page', '--listen'];
  return new Promise((resolve) => {
    const start = (listen, onBusy) => {
      const child = spawn(process.execPath, [join(root, 'dist', 'muster.js'), ...args, listen], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let seen = '';
      const limit = setTimeout(() => {
        child.kill();
        stop('the collector did not get ready');
      }, READY_LIMIT_MS);
      child.stdout.on('data', (chunk) => {
        seen = (seen + chunk).slice(-20_000);
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(seen);
        if (found === null) return;
        clearTimeout(limit);
        resolve({ server: child, address: found[0] });
      });
      child.on('exit', (code) => {
        clearTimeout(limit);
        if (code === 69 && onBusy) onBusy();
        else if (code !== 0) stop(`the collector ended with ${code}`);
      });
    };
    say('starting the collector');
    start(`127.0.0.1:${PORT}`, () => {
      say(`port ${PORT} is taken: taking a free one`);
      start('127.0.0.1:0', null);
    });
  });
}

function endCollector() {
  return new Promise((resolve) => {
    if (server.exitCode !== null) return resolve();
    server.on('exit', () => resolve());
    server.kill('SIGTERM');
  });
}

/** A fresh token, in a file only we can read. */
function makeToken(name, wanted) {
  const file = join(STATE, name);
  const args = ['token', 'create', '--database', database, '--cluster', CLUSTER, ...wanted];
  const made = spawnSync(process.execPath, [join(root, 'dist', 'muster.js'), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (made.status !== 0) stop(`making a token ended with ${made.status}: ${made.stderr}`);
  if (existsSync(file)) chmodSync(file, 0o600);
  writeFileSync(file, made.stdout.trim(), { mode: 0o600 });
  return file;
}

function muster(program, args) {
  const result = spawnSync(process.execPath, [join(root, 'dist', program), ...args], {
    stdio: 'inherit',
  });
  return result.status ?? 70;
}

function optionValue(name) {
  const at = process.argv.indexOf(name);
  return at === -1 ? null : (process.argv[at + 1] ?? stop(`${name} needs a value`));
}

function meaning(code) {
  return ['open', 'open, with warnings', 'closed', 'undecided'][code];
}

function say(text) {
  process.stderr.write(`muster: ${text}\n`);
}
