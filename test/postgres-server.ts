import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import type { Requirement } from './requirements.ts';

const VERSIONS = '/usr/lib/postgresql';

/** Debian's server, of whatever version. */
export const postgres: Requirement = {
  met: programs() !== null,
  reason: 'needs a PostgreSQL server (Debian package postgresql)',
};

/** A server of our own on loopback and a Unix socket; everything it holds goes with it. */
export interface PostgresServer {
  /** of a database: over loopback, or by the socket */
  url(database: string, by?: 'loopback' | 'socket'): string;
  /** makes an empty database, or a copy of one, and drops it at the end of the test */
  database(template?: string): Promise<string>;
  /** takes every row out of a database of ours, which is quicker than to make another one */
  empty(database: string): Promise<void>;
  /** runs SQL as the superuser */
  run<Row extends object = object>(database: string, sql: string): Promise<Row[]>;
  /** `immediate` is as good as a crash */
  stop(how?: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
  /** stops it and removes what it held */
  end(): Promise<void>;
}

const USER = 'muster';

/** As a replica does: neither foreign keys nor the audit log's guard are asked. */
const everyRowOut = `SET session_replication_role = replica;
  DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables
      WHERE schemaname = 'public' AND tablename <> 'schema_version'
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
  END $$`;

/** Makes a server and starts it; settings such as `max_connections=20`. */
export async function startPostgres(settings: string[] = []): Promise<PostgresServer> {
  const bin = programs();
  if (bin === null) throw new Error(postgres.reason);
  const folder = mkdtempSync(join(tmpdir(), 'muster-postgres-'));
  const as = unprivileged(folder);
  const data = join(folder, 'data');
  // Another order than that of bytes, as most servers have: nothing may rely on it.
  const order = ['--locale-provider=icu', '--icu-locale=en-US', '--locale=C.UTF-8'];
  const made = ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', ...order, '--no-sync'];
  execFileSync(...commandOf([...as, join(bin, 'initdb'), ...made]), { stdio: 'pipe', cwd: folder });
  const port = await freePort();
  const options = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, ...settings];
  const [program, arguments_] = commandOf([
    ...[...as, join(bin, 'postgres'), '-D', data, '-p', String(port)],
    ...options.flatMap((option) => ['-c', option]),
  ]);
  let child: ChildProcess | null = null;
  let names = 0;
  const url = (database: string, by: 'loopback' | 'socket' = 'loopback') =>
    by === 'loopback'
      ? `postgres://${USER}@127.0.0.1:${port}/${database}`
      : `postgres://${USER}@/${database}?host=${folder}&port=${port}`;

  async function start(): Promise<void> {
    child = spawn(program, arguments_, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    await untilReady(child);
  }

  async function stop(how: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    running.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  }

  async function run<Row extends object>(database: string, sql: string): Promise<Row[]> {
    const client = new Client({ connectionString: url(database) });
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async function database(template = 'template0'): Promise<string> {
    names += 1;
    const name = `test_${names}`;
    await run('postgres', `CREATE DATABASE ${name} TEMPLATE ${template}`);
    onTestFinished(async () => {
      if (child !== null) await run('postgres', `DROP DATABASE ${name} WITH (FORCE)`);
    });
    return name;
  }

  const empty = async (name: string) => void (await run(name, everyRowOut));

  process.once('exit', () => child?.kill('SIGQUIT'));
  await start();
  return {
    ...{ url, database, empty, run, start, stop },
    async end() {
      await stop('immediate');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The folder of the newest version's programs. */
function programs(): string | null {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS) : [];
  const newest = versions.sort((one, other) => Number(other) - Number(one));
  const folders = newest.map((version) => join(VERSIONS, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'postgres'))) ?? null;
}

/** The server refuses to run as root: then it is Debian's user for it, to whom the folder goes. */
function unprivileged(folder: string): string[] {
  if (userInfo().uid !== 0) return [];
  const idOf = (which: string) =>
    Number(execFileSync('/usr/bin/id', [which, 'postgres'], { encoding: 'utf8' }));
  const [user, group] = [idOf('-u'), idOf('-g')];
  chownSync(folder, user, group);
  return ['/usr/bin/setpriv', `--reuid=${user}`, `--regid=${group}`, '--clear-groups', '--'];
}

function commandOf([program = '', ...rest]: string[]): [string, string[]] {
  return [program, rest];
}

/** A port of loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** The server says on its stderr when it can be asked. */
function untilReady(child: ChildProcess): Promise<void> {
  const { stderr } = child;
  if (stderr === null) throw new Error('the server says nothing');
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    createInterface({ input: stderr }).on('line', (line) => {
      said.push(line);
      if (line.includes('database system is ready to accept connections')) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`the server ended: ${said.slice(-20).join('\n')}`)));
  });
}
