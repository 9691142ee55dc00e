import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { problemCodes } from '../../collector/routes/problem.ts';
import { defaultServerLimits, limitedServers } from '../../collector/server.ts';
import { type LiveCollector, openLiveCollector } from '../collector/routes/live-collector.ts';
import { type SignedClient, signedHeaders } from '../collector/routes/signed-client.ts';
import { now, seedReport } from '../collector/seed-cluster.ts';
import { enrolled } from '../collector/test-app.ts';
import { type HostileRequest, hostileRequests, type Route } from './requests.ts';
import { RUNS, SEED } from './runs.ts';

const REQUESTS = RUNS * 6;
/** Hostile requests that are under way at a time, and after which the fair client has its turn. */
const BATCH = 12;
/** What is left may be what is kept for speed; twice as much would be a leak. */
const HEAP_GROWTH_MAX = 1.6;

const quick = { ...defaultServerLimits, headersMs: 400, requestMs: 800, checkMs: 50 };

test(
  'no request is answered with a failure, and a fair client gets its answers in between',
  async () => {
    // nobody dawdles here: on a busy machine the short limits would cut off who is only slow
    const live = await open(defaultServerLimits);
    const fair = await enrolled(live.store, { node: seedReport(1).node });
    const hostile = await enrolled(live.store, { node: 'hostile.example.org' });
    const requests = fc.sample(hostileRequests(await routesOf(live)), {
      numRuns: REQUESTS,
      seed: SEED,
    });
    let heapAtFirst = 0;
    for (let from = 0; from < requests.length; from += BATCH) {
      const batch = requests.slice(from, from + BATCH).map((one) => judged(live, one, hostile));
      await beFair(live, fair);
      expect((await Promise.all(batch)).flat()).toEqual([]);
      if (from === BATCH * Math.floor(REQUESTS / BATCH / 3)) heapAtFirst = heapBytes();
    }
    expect(heapBytes() / heapAtFirst).toBeLessThan(HEAP_GROWTH_MAX);
  },
  60_000 + RUNS * 1000,
);

test(
  'what is no sound HTTP is refused or cut off, and others are served meanwhile',
  async () => {
    const live = await open();
    const fair = await enrolled(live.store, { node: seedReport(1).node });
    const words = fc.sample(brokenHttp, { numRuns: Math.ceil(RUNS / 3), seed: SEED });
    for (let from = 0; from < words.length; from += BATCH) {
      const told = words.slice(from, from + BATCH).map((text) => answersTo(live.port, text));
      await beFair(live, fair);
      expect((await Promise.all(told)).flat().filter((status) => status >= 500)).toEqual([]);
    }
  },
  60_000 + RUNS * 1000,
);

const open = (limits = quick) => openLiveCollector({ servers: limitedServers(limits, null) });

const openApiSchema = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** All that the OpenAPI document tells of, and what it does not. */
async function routesOf({ send, as }: LiveCollector): Promise<Route[]> {
  const { json } = await send({ path: '/api/v1/openapi.json', headers: as.reader });
  const told = Object.entries(openApiSchema.parse(json).paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
  const pages = ['/', '/clusters/{cluster}', '/clusters/{cluster}/nodes/{node}', '/assets/{name}'];
  return [...told, ...pages.map((path) => ({ method: 'GET', path }))];
}

const problemShape = z.object({ code: z.enum(problemCodes), status: z.int(), type: z.string() });

/** What is wrong with how a request was answered; nothing when all is well. */
async function judged(
  live: LiveCollector,
  { as, ...wanted }: HostileRequest,
  hostile: SignedClient,
): Promise<string[]> {
  const headers = { ...wanted.headers, ...credentialOf(live, as, { wanted, hostile }) };
  const answer = await answerTo(live.port, { ...wanted, headers });
  const what = `${wanted.method} ${wanted.path} ${JSON.stringify(headers)}`;
  return typeof answer === 'string' ? [`${what}: ${answer}`] : wrongIn(answer, what, headers);
}

interface HttpAnswer {
  method: string;
  status: number;
  type: string;
  text: string;
}

function wrongIn(
  { method, status, type, text }: HttpAnswer,
  what: string,
  headers: Record<string, string>,
): string[] {
  if (status >= 500) return [`${what}: ${status} ${text}`];
  if (status < 400 || method === 'HEAD') return [];
  if (type.startsWith('text/html') && (headers.accept ?? '').includes('text/html')) return [];
  if (!type.startsWith('application/problem+json'))
    return [`${what}: ${status} came as ${type}: ${text}`];
  const parsed = problemShape.safeParse(JSON.parse(text));
  return parsed.success && parsed.data.status === status ? [] : [`${what}: ${status} said ${text}`];
}

/** The answer, or how the connection ended without one. */
function answerTo(port: number, wanted: Omit<HostileRequest, 'as'>): Promise<HttpAnswer | string> {
  const { method = 'GET', path, headers = {}, body } = wanted;
  return new Promise((resolve) => {
    const whole = { ...headers, 'content-length': String(body.length) };
    const sent = request({ host: '127.0.0.1', port, method, path, headers: whole }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => void chunks.push(chunk));
      answer.on('error', (error) => resolve(String(error)));
      answer.on('end', () => {
        const type = answer.headers['content-type'] ?? '';
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ method, status: answer.statusCode ?? 0, type, text });
      });
    });
    // whatever is not answered by then never is
    sent.setTimeout(10_000, () => void sent.destroy(new Error('no answer in 10 s')));
    sent.on('error', (error) => resolve(`${error} ${'rawPacket' in error ? error.rawPacket : ''}`));
    sent.end(body);
  });
}

function credentialOf(
  live: LiveCollector,
  as: HostileRequest['as'],
  { wanted, hostile }: { wanted: Omit<HostileRequest, 'as'>; hostile: SignedClient },
): Record<string, string> {
  if (as === 'nobody') return {};
  if (as !== 'node') return live.as[as];
  const { method = 'GET', path, body } = wanted;
  const { 'content-type': _, ...signed } = signedHeaders(hostile, {
    time: now,
    body,
    method,
    path,
  });
  return signed;
}

async function beFair(live: LiveCollector, fair: SignedClient): Promise<void> {
  expect((await live.report(fair, seedReport(1))).status).toBe(200);
  expect((await live.send({ path: '/healthz' })).status).toBe(200);
}

const HEAD = 'POST /api/v1/reports HTTP/1.1\r\nHost: a\r\n';

/** Requests that were cut off, run together, or are none. */
const brokenHttp = fc
  .record({
    text: fc.constantFrom(
      `${HEAD}Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n`,
      `${HEAD}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\na`,
      `${HEAD}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
      `${HEAD}Content-Length: 99999999999999999999\r\n\r\n`,
      `${HEAD}Content-Length: -1\r\n\r\n`,
      `${HEAD}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n`,
      'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(50),
      `GET /${'a'.repeat(9000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      `GET /healthz HTTP/1.1\r\nHost: a\r\n${'A: b\r\n'.repeat(3000)}\r\n`,
      'GET /healthz HTTP/9.9\r\n\r\n',
      'GET http://b/healthz HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET /healthz HTTP/1.1\r\n\r\n',
      'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    ),
    cut: fc.option(fc.nat(200)),
    odd: fc.option(fc.tuple(fc.nat(200), fc.uint8Array({ maxLength: 4 }))),
  })
  .map(({ text, cut, odd }) => {
    const whole = Buffer.from(text, 'latin1').subarray(0, cut ?? text.length);
    if (odd === null) return whole;
    const [at, bytes] = odd;
    return Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at)]);
  });

/** The status of each answer until the connection ends, which the collector sees to. */
async function answersTo(port: number, words: Buffer): Promise<number[]> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  // whoever is cut off may see a reset
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  // no end: a client that says no more and holds on
  socket.write(words);
  socket.setTimeout(quick.requestMs * 3, () => void socket.destroy());
  await once(socket, 'close');
  const text = Buffer.concat(chunks).toString('latin1');
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
}

function heapBytes(): number {
  setFlagsFromString('--expose_gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
