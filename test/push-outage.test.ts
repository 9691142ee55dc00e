import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stateFiles } from '../agent/host/state-files.ts';
import { readLedger } from '../agent/spool/ledger.ts';
import { openSpool } from '../agent/spool/spool.ts';
import { openPostgresStore } from '../collector/store/postgres.ts';
import { type PostgresServer, postgres, startPostgres } from './postgres-server.ts';
import { describeWith, program, root } from './requirements.ts';
import { buildPrograms } from './soak/programs.ts';
import { clusterOf, enrolNode, type Site, startSite } from './soak/site.ts';

const recorded = join(root, 'test', 'hosts', 'bookworm-worn-node');
const node = 'n1';

describeWith([postgres, program('flock', 'util-linux')], 'muster-agent push in an outage', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-push-outage-'));
  let server: PostgresServer;
  let site: Site;
  let state: string;
  let front: Front;
  let pushed = 0;
  beforeAll(async () => {
    server = await startPostgres();
    await server.run('postgres', 'CREATE DATABASE outage');
    const programs = await buildPrograms(folder);
    site = await startSite({ folder, programs, database: server.url('outage'), collectors: 1 });
    state = enrolNode(site, node);
    front = await hastyFront(site.port);
  });
  afterAll(async () => {
    front?.server.close();
    await site?.end();
    await server?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As the timer starts it, but for the host that it reads. */
  async function push(...to: string[]) {
    pushed += 1;
    const args = ['push', '--host', recorded, '--state', state, ...to];
    const child = spawn(process.execPath, [site.programs.agent, ...args]);
    const said: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => void said.push(chunk));
    const [code] = await once(child, 'close');
    return { code, stderr: Buffer.concat(said).toString('utf8') };
  }
  const pushByFront = () => push('--collector', front.url);
  const notBefore = async () => {
    const spool = await openSpool({ folder: join(state, 'spool'), files: stateFiles });
    return Date.parse((await readLedger(spool)).notBefore ?? '');
  };
  const spooled = () =>
    readdirSync(join(state, 'spool')).filter((name) => name.endsWith('.json')).length;

  test('nothing is delivered before it, and nothing lost in it', async () => {
    expect(await push()).toEqual({ code: 0, stderr: 'delivered 1 of n1\n' });
    expect(spooled()).toBe(0);
  });

  test('a collector that is gone is told, and the report waits', async () => {
    const [collector] = site.running;
    await collector?.kill();
    const { code, stderr } = await push();
    expect(code).toBe(69);
    const why = `${site.url}: connect ECONNREFUSED 127.0.0.1:${site.port}`;
    expect(stderr).toBe(`1 reports stay in the spool: ${why}\ndelivered 0 of n1\n`);
    expect(spooled()).toBe(1);
    await collector?.start();
  });

  test('a database that is gone is told, and both reports wait', async () => {
    await server.stop('immediate');
    const { code, stderr } = await pushByFront();
    expect(code).toBe(75);
    const why = 'the collector answered 503 unavailable: the store cannot be used now';
    expect(stderr).toBe(
      `2 reports stay in the spool: ${why}; the log says why (in 1 s again)\ndelivered 0 of n1\n`,
    );
    expect(spooled()).toBe(2);
    // asked for as long as an answer was worth waiting for, and told another time each
    expect(front.told.length).toBe(3);
    for (const seconds of front.told) expect(seconds).toMatch(/^(1[5-9]|[2-5]\d|60)$/);
  });

  test('a run that waits delivers all of them as soon as the database is back', async () => {
    // the collector asked the run before to stay away for a second
    await expect.poll(async () => Date.now() > (await notBefore())).toBe(true);
    // long enough for a database that has to recover
    front.seconds = 4;
    const refused = front.refused();
    const running = pushByFront();
    await refused;
    await server.start();
    expect(await running).toEqual({ code: 0, stderr: 'delivered 3 of n1\n' });
    expect(spooled()).toBe(0);
  });

  test('each came once, oldest first', async () => {
    const store = await openPostgresStore(server.url('outage'));
    const kept = (await store.history(clusterOf(node), node, { limit: 99 })).reverse();
    await store.close();
    expect(kept).toHaveLength(pushed);
    expect(new Set(kept.map(({ digest }) => digest)).size).toBe(pushed);
    const ids = kept.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((one, other) => one - other));
    const times = kept.map(({ collectedAt }) => collectedAt.getTime());
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(kept.map(({ late }) => late)).toEqual(Array(pushed).fill(false));
  });
});

/** A proxy in more of a hurry than the collector. */
interface Front {
  server: Server;
  url: string;
  /** what the collector asked for */
  told: string[];
  /** what agents are asked instead */
  seconds: number;
  /** resolves at the next refusal */
  refused(): Promise<void>;
}

async function hastyFront(port: number): Promise<Front> {
  const told: string[] = [];
  let wake: () => void = () => undefined;
  const server = createServer((asked, answer) => {
    const { method, url = '/', headers } = asked;
    const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (given) => {
      const seconds = given.headers['retry-after'];
      if (seconds !== undefined) {
        told.push(seconds);
        wake();
      }
      const hurried = seconds === undefined ? {} : { 'retry-after': String(front.seconds) };
      answer.writeHead(given.statusCode ?? 0, { ...given.headers, ...hurried });
      given.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  const front: Front = {
    ...{ server, told, seconds: 1, url: `http://127.0.0.1:${own}` },
    refused: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
  };
  return front;
}
