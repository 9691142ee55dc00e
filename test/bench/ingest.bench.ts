// How many signed reports the real collector takes in, durably, beside a server that only inflates
// and parses them, and beside SQLite that only keeps them. DELIVERIES=100000 shows its memory.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { newAuthority } from '../../collector/tls/authority.ts';
import { root } from '../requirements.ts';
import { enrolledSenders } from './ingest/cargo.ts';
import { type Loaded, type Loading, WARM_UP } from './ingest/loading.ts';
import { machine } from './measure.ts';

const DELIVERIES = Number(process.env.DELIVERIES ?? 10_000);
const CONCURRENCY = 32;
const NODES = 100;
/** Requests to the floor: it keeps nothing, so fewer will do. */
const FLOOR_DELIVERIES = 5000;
const WITHOUT_LIMITS = ['--rate-per-address', '100000000', '--rate-per-credential', '100000000'];

const folder = mkdtempSync(join(tmpdir(), 'muster-ingest-'));
const file = (name: string) => join(folder, name);
const authority = await newAuthority(['127.0.0.1'], new Date());
writeFileSync(file('tls.crt'), authority.serverCertificate);
writeFileSync(file('tls.key'), authority.serverKey);
const database = file('muster.db');
const senders = (await enrolledSenders(database, NODES)).map((sender) => ({
  ...sender,
  privateKey: sender.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
}));

interface Way {
  name: string;
  tls: boolean;
  newLines: boolean;
}

const ways: Way[] = [
  { name: 'plain loopback, connections kept', tls: false, newLines: false },
  { name: 'TLS, connections kept', tls: true, newLines: false },
  { name: 'TLS, a new connection per report', tls: true, newLines: true },
];

const out = (text: string) => void process.stdout.write(`${text}\n`);
out(`${machine()}; load average ${loadavg()[0]?.toFixed(1)}`);
const raw = JSON.parse(runScript(['raw-inserts.ts', file('raw.db')], ''));
out(`reports of ${raw.bytes} bytes; ${CONCURRENCY} at a time; ${DELIVERIES} deliveries each way`);
out(`raw inserts in groups of 32, synchronous=FULL: ${Math.round(raw.perSecond)}/s`);
let first = 0;
for (const way of ways.filter(({ name }) => name.includes(process.env.WAY ?? ''))) {
  const floor = await measured(way, parseOnly(way.tls), FLOOR_DELIVERIES);
  const collector = await measured(way, serve(way.tls), DELIVERIES);
  out(`\n${way.name}`);
  out(row('parse only', floor));
  out(row('collector', collector));
  const rate = (collector.perSecond / floor.perSecond).toFixed(2);
  const cpu = (floor.cpuUsEach / collector.cpuUsEach).toFixed(2);
  out(`  ${rate} x the parse-only server, ${cpu} x by processor time (goal: at least 0.5)`);
}
rmSync(folder, { recursive: true });

async function measured(way: Way, server: ChildProcess, deliveries: number): Promise<Loaded> {
  const port = await portOf(server);
  const loading: Loading = {
    ...{ port, ca: way.tls ? authority.caCertificate : null, pid: server.pid ?? 0 },
    ...{ senders, first, deliveries, concurrency: CONCURRENCY, newLines: way.newLines },
  };
  const loaded = load(loading);
  first += deliveries + WARM_UP;
  const ended = new Promise((resolve) => server.once('close', resolve));
  server.kill('SIGTERM');
  await ended;
  return loaded;
}

function serve(tls: boolean): ChildProcess {
  const pair = tls ? ['--tls-cert', file('tls.crt'), '--tls-key', file('tls.key')] : [];
  const args = ['serve', '--database', database, '--listen', '127.0.0.1:0', ...pair];
  const profile =
    process.env.CPU_PROFILE === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${process.env.CPU_PROFILE}`];
  return start([...profile, join(root, 'dist/muster.js'), ...args, ...WITHOUT_LIMITS]);
}

function parseOnly(tls: boolean): ChildProcess {
  const pair = tls ? [file('tls.crt'), file('tls.key')] : [];
  return start([...script('parse-only.ts'), ...pair]);
}

function start(args: string[]): ChildProcess {
  const log = openSync(file('log'), 'w');
  const server = spawn(process.execPath, args, { stdio: ['ignore', log, 'inherit'] });
  closeSync(log);
  return server;
}

async function portOf(server: ChildProcess): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = /listening at \S*:(\d+)/.exec(readFileSync(file('log'), 'utf8'))?.[1];
    if (port !== undefined) return Number(port);
    if (server.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('a server did not start');
}

function load(loading: Loading): Loaded {
  return JSON.parse(runScript(['load.ts'], JSON.stringify(loading)));
}

function runScript([name = '', ...args]: string[], input: string): string {
  const done = spawnSync(process.execPath, [...script(name), ...args], { encoding: 'utf8', input });
  if (done.status === 0) return done.stdout;
  throw new Error(`${name} ended with ${done.status}: ${done.stderr}`);
}

function script(name: string): string[] {
  return ['--import', 'tsx', join(root, 'test/bench/ingest', name)];
}

function row(name: string, { residentMib, ...loaded }: Loaded): string {
  const { perSecond, p50Ms, p99Ms, longestMs, cpuUsEach } = loaded;
  return (
    `  ${name.padEnd(12)}${Math.round(perSecond).toString().padStart(6)}/s, ` +
    `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, longest ${longestMs.toFixed(0)} ms, ` +
    `${Math.round(cpuUsEach)} us of processor time each, ` +
    `resident ${residentMib.map((mib) => Math.round(mib)).join(' → ')} MiB`
  );
}
