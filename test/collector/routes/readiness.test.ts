import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import { type Store, StoreUnavailable } from '../../../collector/store/store.ts';
import { seedReport } from '../seed-cluster.ts';
import { enrolled, openTestApp } from '../test-app.ts';
import { openLiveCollector } from './live-collector.ts';
import { signedHeaders } from './signed-client.ts';

const full = () => Promise.reject(new StoreUnavailable('disk full', null));
const gone = () => Promise.reject(new StoreUnavailable('the server does not answer', null));

describe('what a collector says of itself', () => {
  test.each<[string, Partial<Store>, { ready: number; alive: number; reports: number }]>([
    ['with a store that answers', {}, { ready: 200, alive: 200, reports: 200 }],
    // Nobody else could take them either, and everybody may go on looking.
    ['with a full disk', { deliver: full }, { ready: 200, alive: 200, reports: 503 }],
    [
      'without its database',
      { ping: gone, nodeKey: gone, deliver: gone },
      { ready: 503, alive: 200, reports: 503 },
    ],
  ])('%s', async (_, broken, told) => {
    const whole = await openSqliteStore(':memory:');
    const client = await enrolled(whole, { node: seedReport(1).node });
    const { app, clock } = await openTestApp({ store: { ...whole, ...broken } });
    const payload = Buffer.from(JSON.stringify(seedReport(1)));
    const headers = signedHeaders(client, { body: payload, time: clock.now });
    const post = { method: 'POST', url: '/api/v1/reports', headers, payload } as const;
    const statusOf = async (url: string) => (await app.inject(url)).statusCode;
    expect({
      ready: await statusOf('/readyz'),
      alive: await statusOf('/healthz'),
      reports: (await app.inject(post)).statusCode,
    }).toEqual(told);
  });
});

describe('a collector that is about to end', () => {
  /** A connection that is open before, and on which nothing was asked yet. */
  async function early(port: number): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return socket;
  }

  async function told(socket: Socket, request: string): Promise<string> {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
    socket.write(request);
    await once(socket, 'close');
    return Buffer.concat(chunks).toString('utf8');
  }

  test('says that it is not ready, and serves whoever still gets through', async () => {
    const live = await openLiveCollector();
    const client = await enrolled(live.store, { node: seedReport(1).node });
    const sockets = await Promise.all([early(live.port), early(live.port)]);
    // an answer to a later one: the server knows those before
    await live.send({ path: '/healthz' });
    const closing = live.app.close();

    const ready = told(sockets[0], 'GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n');
    const body = JSON.stringify(seedReport(1));
    const signed = signedHeaders(client, { body: Buffer.from(body), time: live.clock.now });
    const headers = Object.entries(signed).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n`;
    const report = told(sockets[1], `${head}${headers.join('')}\r\n${body}`);

    expect(await ready).toMatch(/^HTTP\/1\.1 503 .*connection: close.*"code":"unavailable"/is);
    expect(await report).toMatch(/^HTTP\/1\.1 200 .*connection: close.*"repeated":false/is);
    await closing;
  });
});
