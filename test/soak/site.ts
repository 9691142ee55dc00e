import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../postgres-server.ts';
import { startNginx } from './nginx.ts';
import { type Programs, run } from './programs.ts';

/** Of each node: they are all one machine, which a cluster would take for clones. */
export function clusterOf(node: string): string {
  return `cluster-of-${node}`;
}

/** What to start. */
export interface SiteOptions {
  /** has the programs, and nothing else yet */
  folder: string;
  programs: Programs;
  /** for `--database` */
  database: string;
  /** several stand behind nginx */
  collectors: number;
}

/** Collectors over one database, and the one address at which agents find them. */
export interface Site extends SiteOptions {
  url: string;
  port: number;
  /** of the certificates; null: plain HTTP */
  ca: string | null;
  running: Collector[];
  end(): Promise<void>;
}

/** A collector that can be killed, or told to end, and started again. */
export interface Collector {
  port: number;
  start(): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the collectors, and nginx before them when there are several. */
export async function startSite(options: SiteOptions): Promise<Site> {
  const { folder, programs, collectors } = options;
  const ports = await Promise.all(Array.from({ length: collectors }, freePort));
  if (collectors === 1) return siteOf(options, { ports, certificates: null, front: null });
  const certificates = join(folder, 'certificates');
  const names = ['--name', 'muster.example.org', '127.0.0.1'];
  run([programs.muster, 'tls', 'init', '--dir', certificates, ...names]);
  const port = await freePort();
  const place = { folder: join(folder, 'nginx'), certificates };
  const child = await startNginx({ ...place, port, collectors: ports });
  return siteOf(options, { ports, certificates, front: { child, port } });
}

interface Places {
  ports: number[];
  certificates: string | null;
  front: { child: ChildProcess; port: number } | null;
}

async function siteOf(options: SiteOptions, places: Places): Promise<Site> {
  const { ports, certificates, front } = places;
  const running = ports.map((port) => collectorAt(port, options, certificates));
  await Promise.all(running.map((collector) => collector.start()));
  const port = front?.port ?? ports[0] ?? 0;
  return {
    ...options,
    url: `${certificates === null ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    ca: certificates && join(certificates, 'ca.crt'),
    running,
    async end() {
      await Promise.all(running.map((collector) => collector.kill()));
      if (front !== null) await ended(front.child, 'SIGTERM');
    },
  };
}

const UNLIMITED = ['--rate-per-address', '1000000', '--rate-per-credential', '1000000'];

function collectorAt(
  port: number,
  { programs, database }: SiteOptions,
  certificates: string | null,
): Collector {
  const listen = ['--listen', `127.0.0.1:${port}`];
  const pair = certificates && join(certificates, 'tls');
  const tls = pair === null ? [] : ['--tls-cert', `${pair}.crt`, '--tls-key', `${pair}.key`];
  const args = [programs.muster, 'serve', '--database', database, ...listen, ...tls, ...UNLIMITED];
  let child: ChildProcess | null = null;
  return {
    port,
    async start() {
      child = await listening(args);
    },
    async kill() {
      if (child !== null) await ended(child, 'SIGKILL');
    },
    async stop() {
      if (child !== null) await ended(child, 'SIGTERM');
    },
  };
}

async function listening(args: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.includes('listening at')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the collector ended with ${code}`)));
  });
  return child;
}

/** Enrols a node of the name with the real agent; the folder of its state. */
export function enrolNode({ programs, folder, database, url, ca }: Site, node: string): string {
  const of = ['--cluster', clusterOf(node), '--node', node];
  const token = join(folder, `token-${node}`);
  writeFileSync(token, run([programs.muster, 'token', 'create', '--database', database, ...of]));
  const state = join(folder, `state-${node}`);
  mkdirSync(state);
  const asked = ['--collector', url, '--token-file', token, '--state', state, '--node', node];
  run([programs.agent, 'enroll', ...asked, ...(ca === null ? [] : ['--ca', ca])]);
  return state;
}

/** Ends a child by a signal, and waits for that. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}
