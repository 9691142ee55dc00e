import { once } from 'node:events';
import { Agent as HttpAgent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  closeWithin,
  defaultServerLimits,
  limitedServers,
  type ServerLimits,
} from '../../collector/server.ts';
import { newAuthority } from '../../collector/tls/authority.ts';
import { openLiveCollector } from './routes/live-collector.ts';
import { seedReport } from './seed-cluster.ts';
import { enrolled } from './test-app.ts';

const quick: ServerLimits = { ...defaultServerLimits, headersMs: 150, requestMs: 300, checkMs: 20 };

const open = (limits: Partial<ServerLimits> = {}) =>
  openLiveCollector({ servers: limitedServers({ ...quick, ...limits }, null) });

/** A raw connection that has said this much. */
async function saying(port: number, words: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  // whoever is cut off may see a reset
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(words);
  return socket;
}

/** What a connection was told until the collector ended it. */
async function untilEnded(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  // not once(): a reset on the way is no failure of the test
  await new Promise<void>((resolve) => void socket.on('close', () => resolve()));
  return Buffer.concat(chunks).toString('latin1');
}

const POST = 'POST /api/v1/reports HTTP/1.1\r\nHost: x\r\n';

describe('a client that takes its time', () => {
  test.each([
    ['with its first byte', ''],
    ['with its headers', 'GET /healthz HTTP/1.1\r\nHost: x\r\nA'],
    ['with its body', `${POST}Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{`],
  ])('%s is cut off, and meanwhile others are served', async (_, words) => {
    const live = await open();
    const slow = await Promise.all(Array.from({ length: 50 }, () => saying(live.port, words)));
    const ends = slow.map(untilEnded);
    const client = await enrolled(live.store, { node: seedReport(1).node });
    expect((await live.report(client, seedReport(1))).status).toBe(200);
    const told = await Promise.all(ends);
    for (const answer of told) expect(answer).toMatch(/^$|^HTTP\/1\.1 4(01|08) /);
  });

  test.each([
    ['with its first byte', ''],
    ['in the middle of it', '\u0016\u0003\u0001\u0002\u0000\u0001'],
  ])('with a TLS handshake, %s, is cut off, and meanwhile others are served', async (_, words) => {
    const { caCertificate: ca, ...made } = await newAuthority(['127.0.0.1'], new Date());
    const pair = { cert: made.serverCertificate, key: made.serverKey };
    const live = await openLiveCollector({ servers: limitedServers(quick, pair) });
    const slow = await Promise.all(Array.from({ length: 50 }, () => saying(live.port, words)));
    const ends = slow.map(untilEnded);
    expect((await live.send({ path: '/healthz', ca })).status).toBe(200);
    await Promise.all(ends);
  });

  test('between two requests may be quiet for longer', async () => {
    const live = await open({ keepAliveMs: 60_000 });
    const agent = new HttpAgent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    await live.send({ path: '/healthz', agent });
    // longer than all other limits: the silent one is cut off meanwhile
    await untilEnded(await saying(live.port, 'GET'));
    const sockets = Object.values(agent.freeSockets).flat();
    expect(sockets.map((socket) => socket?.destroyed)).toEqual([false]);
    expect((await live.send({ path: '/healthz', agent })).status).toBe(200);
  });
});

describe('connections', () => {
  test('above the limit of one address are ended at once, and room is made again', async () => {
    const live = await open({ connectionsPerAddress: 3, headersMs: 60_000, requestMs: 60_000 });
    const held = await Promise.all(Array.from({ length: 3 }, () => saying(live.port, 'GET')));
    expect(await untilEnded(await saying(live.port, 'GET'))).toBe('');
    held[0]?.destroy();
    await expect.poll(() => live.send({ path: '/healthz' }).then(statusOf, String)).toBe(200);
  });

  test('of a proxy are many, and those of others count without them', async () => {
    const limits = { ...quick, connectionsPerAddress: 1, headersMs: 60_000, requestMs: 60_000 };
    const proxies: string[] = [];
    const isProxy = (address: string) => proxies.push(address) <= 4;
    const live = await openLiveCollector({ servers: limitedServers(limits, null, isProxy) });
    const held = await Promise.all(Array.from({ length: 4 }, () => saying(live.port, 'GET')));
    await saying(live.port, 'GET');
    expect(await untilEnded(await saying(live.port, 'GET'))).toBe('');
    expect(held.map(({ destroyed }) => destroyed)).toEqual(Array(4).fill(false));
    expect(proxies).toEqual(Array(6).fill('127.0.0.1'));
  });

  test('above the limit of all are ended at once', async () => {
    const live = await open({ connections: 2, headersMs: 60_000, requestMs: 60_000 });
    await Promise.all(Array.from({ length: 2 }, () => saying(live.port, 'GET')));
    expect(await untilEnded(await saying(live.port, 'GET'))).toBe('');
  });
});

describe('closing', () => {
  const patient = { headersMs: 60_000, requestMs: 60_000 };
  const servers = () => limitedServers({ ...quick, ...patient }, null);

  test('waits for no connection on which nothing goes on', async () => {
    const own = servers();
    const live = await openLiveCollector({ servers: own });
    const agent = new HttpAgent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    await live.send({ path: '/healthz', agent });
    expect(await closeWithin(60_000, live.app, own)).toBe(true);
  });

  test('cuts off whoever holds on at the limit', async () => {
    const own = servers();
    const live = await openLiveCollector({ servers: own });
    const body = 'Authorization: Bearer muster_enrol_x\r\nContent-Type: application/json\r\n';
    const head = 'POST /api/v1/enroll HTTP/1.1\r\nHost: x\r\n';
    const received = once(live.app.server, 'request');
    const held = await saying(live.port, `${head}${body}Content-Length: 9\r\n\r\n{`);
    await received;
    const told = untilEnded(held);
    expect(await closeWithin(20, live.app, own)).toBe(false);
    expect(await told).toBe('');
  });
});

describe('headers', () => {
  const get = (headers: string) =>
    `GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`;

  test.each([
    ['of more than 8 kB in all', get(`A: ${'x'.repeat(9000)}\r\n`), 431],
    ['in thousands', get('A: b\r\n'.repeat(8000)), 431],
    ['a hundred', get('A: b\r\n'.repeat(100)), 200],
    ['with a NUL', get('A: b\u0000c\r\n'), 400],
    ['with two lengths', `${POST}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, 400],
    [
      'with a length and chunks',
      `${POST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['of no HTTP', '\u0016\u0003\u0001\u0002\u0000\u0001', 400],
  ])('%s', async (_, words, status) => {
    const live = await open();
    const told = await untilEnded(await saying(live.port, words));
    expect(told.split(' ')[1]).toBe(String(status));
    expect((await live.send({ path: '/healthz' })).status).toBe(200);
  });
});

function statusOf({ status }: { status: number }): number {
  return status;
}
