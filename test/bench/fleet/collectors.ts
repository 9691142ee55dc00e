import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newAuthority } from '../../../collector/tls/authority.ts';
import { root } from '../../requirements.ts';
import { processorMs } from './processor.ts';

/** Collectors over one database, on loopback, with TLS. */
export interface Collectors {
  urls: string[];
  ca: string;
  caFile: string;
  /** of all together */
  residentMib(): number;
  /** processor time of all together, since they started */
  cpuMs(): number;
  end(): Promise<void>;
}

/** Nobody is refused for coming often: all nodes of a benchmark share an address. */
const WITHOUT_LIMITS = ['--rate-per-address', '100000000', '--rate-per-credential', '100000000'];

/** Starts so many processes of what is built in dist/, and waits until each of them listens. */
export async function startCollectors(
  folder: string,
  database: string,
  count: number,
): Promise<Collectors> {
  const file = (name: string) => join(folder, name);
  const authority = await newAuthority(['127.0.0.1'], new Date());
  writeFileSync(file('ca.crt'), authority.caCertificate);
  writeFileSync(file('tls.crt'), authority.serverCertificate);
  writeFileSync(file('tls.key'), authority.serverKey, { mode: 0o600 });
  const pair = ['--tls-cert', file('tls.crt'), '--tls-key', file('tls.key')];
  const serve = ['serve', '--database', database, '--listen', '127.0.0.1:0', '--open-page'];
  const args = [join(root, 'dist/muster.js'), ...serve, ...pair, ...WITHOUT_LIMITS];
  const children: ChildProcess[] = [];
  const urls: string[] = [];
  for (let index = 0; index < count; index++) {
    const log = file(`log-${index}`);
    const output = openSync(log, 'w');
    const child = spawn(process.execPath, args, { stdio: ['ignore', output, 'inherit'] });
    closeSync(output);
    children.push(child);
    process.once('exit', () => child.kill('SIGKILL'));
    urls.push(`https://127.0.0.1:${await portOf(child, log)}`);
  }
  return {
    ...{ urls, ca: authority.caCertificate, caFile: file('ca.crt') },
    residentMib: () => children.reduce((sum, { pid = 0 }) => sum + residentOf(pid), 0),
    cpuMs: () => children.reduce((sum, { pid = 0 }) => sum + processorMs(pid), 0),
    async end() {
      await Promise.all(children.map(ended));
    },
  };
}

const TRIES = 200;
const TRY_AGAIN_MS = 50;

async function portOf(server: ChildProcess, log: string): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = /listening at \S*:(\d+)/.exec(readFileSync(log, 'utf8'))?.[1];
    if (port !== undefined) return Number(port);
    if (server.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
  }
  throw new Error(`a collector did not start: ${readFileSync(log, 'utf8').slice(-2000)}`);
}

function residentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const gone = new Promise((resolve) => server.once('close', resolve));
  server.kill('SIGTERM');
  await gone;
}
