import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../requirements.ts';

/** How long to go on, and how wildly. */
export interface Soaking {
  /** an empty folder */
  folder: string;
  /** deliveries after which it is enough */
  deliveries: number;
  /** milliseconds after which it is enough in any case */
  limitMs: number;
  random(): number;
}

/** What came of it, for the one who compares. */
export interface Soaked {
  /** digests of the reports that the agent was told are safe */
  safe: string[];
  agentKills: number;
  collectorKills: number;
  /** of the collector, closed */
  database: string;
  /** of the agent */
  state: string;
}

const NODE = 'n1';
const CLUSTER = 'soak';
/** A killed agent was at work for up to this, after its first report. */
const LIFE_MS = 500;

/** Runs the real collector and the real agent, kills both at random moments, and then neither. */
export async function soak({ folder, deliveries, limitMs, random }: Soaking): Promise<Soaked> {
  const programs = await buildAll(folder);
  const [state, database] = [join(folder, 'state'), join(folder, 'muster.db')];
  mkdirSync(state);
  const port = await freePort();
  const serve = () => startCollector(programs, { database, port });
  let collector = await serve();
  enrol(programs, { folder, state, database, port });
  const soaked: Soaked = { safe: [], agentKills: 0, collectorKills: 0, database, state };
  const endsAt = performance.now() + limitMs;
  for (let life = 0; soaked.safe.length < deliveries && performance.now() < endsAt; life++) {
    const agent = startAgent(programs, [state, String(life), '100000'], soaked.safe);
    await Promise.race([agent.first, agent.ended]);
    await pause(random() * LIFE_MS);
    if (random() < 0.25) {
      await kill(collector);
      soaked.collectorKills += 1;
      collector = await serve();
      await pause(random() * LIFE_MS);
    }
    await kill(agent.child);
    soaked.agentKills += 1;
  }
  await startAgent(programs, [state, 'last', '1'], soaked.safe).ended;
  await kill(collector);
  return soaked;
}

interface Programs {
  muster: string;
  agent: string;
  soakAgent: string;
}

async function buildAll(folder: string): Promise<Programs> {
  // the database driver is no part of the built file
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const built = async (entry: string, name: string, format: 'cjs' | 'esm') => {
    const outfile = join(folder, name);
    const common = { bundle: true, platform: 'node', logLevel: 'warning' } as const;
    const external = ['better-sqlite3'];
    await build({ ...common, entryPoints: [join(root, entry)], outfile, format, external });
    return outfile;
  };
  const [muster, agent, soakAgent] = await Promise.all([
    built('collector/main.ts', 'muster.cjs', 'cjs'),
    built('agent/main.ts', 'muster-agent.cjs', 'cjs'),
    built('test/soak/agent.ts', 'soak-agent.mjs', 'esm'),
  ]);
  return { muster, agent, soakAgent };
}

interface Site {
  database: string;
  port: number;
}

async function startCollector(programs: Programs, site: Site): Promise<ChildProcess> {
  const { database, port } = site;
  const rates = ['--rate-per-address', '1000000', '--rate-per-credential', '1000000'];
  const args = ['serve', '--database', database, '--listen', `127.0.0.1:${port}`, ...rates];
  const child = spawn(process.execPath, [programs.muster, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('listening at')) resolve();
    });
    child.on('exit', (code) => reject(new Error(`the collector ended with ${code}`)));
  });
  return child;
}

function enrol(
  { muster, agent }: Programs,
  { folder, state, database, port }: Site & { folder: string; state: string },
): void {
  const made = ['token', 'create', '--database', database, '--cluster', CLUSTER, '--node', NODE];
  const token = join(folder, 'token');
  writeFileSync(token, run([muster, ...made]));
  const collector = `http://127.0.0.1:${port}`;
  const asked = ['--collector', collector, '--token-file', token, '--state', state];
  run([agent, 'enroll', ...asked, '--node', NODE]);
}

function run(args: string[]): string {
  const done = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (done.status === 0) return done.stdout;
  throw new Error(`${args.slice(1).join(' ')} ended with ${done.status}: ${done.stderr}`);
}

interface RunningAgent {
  child: ChildProcess;
  /** the first report is safe */
  first: Promise<void>;
  ended: Promise<void>;
}

function startAgent(programs: Programs, args: string[], safe: string[]): RunningAgent {
  const child = spawn(process.execPath, [programs.soakAgent, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let rest = '';
  const first = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      safe.push(...lines.flatMap((line) => /^safe ([0-9a-f]{64})$/.exec(line)?.[1] ?? []));
      resolve();
    });
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return { child, first, ended };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  child.removeAllListeners('exit');
  child.kill('SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
