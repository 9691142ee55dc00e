import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deliver } from '../../agent/push.ts';
import { addToSpool, openSpool, type Spool, spoolEntries } from '../../agent/spool.ts';

let folder: string;
let spool: Spool;
let server: Server;
let received: { authorization: string | undefined; body: string }[];
let answers: { status: number; headers?: Record<string, string>; body?: string }[];

const noDelay = () => 0;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muster-push-'));
  spool = await openSpool(join(folder, 'spool'));
  writeFileSync(join(folder, 'token'), 'secret\n');
  received = [];
  answers = [];
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

describe('delivery', () => {
  test('sends each entry once, oldest first, gzipped, and empties the spool', async () => {
    await addToSpool(spool, '{"n":2}', '2026-11-22T10:00:00Z');
    await addToSpool(spool, '{"n":1}', '2026-11-22T09:00:00Z');
    const result = await deliver(spool, target(), noDelay);
    expect(result).toEqual({ delivered: 2, aside: [], left: 0, exit: 'open', reason: null });
    expect(received).toEqual([
      { authorization: 'Bearer secret', body: '{"n":1}' },
      { authorization: 'Bearer secret', body: '{"n":2}' },
    ]);
    expect(await spoolEntries(spool)).toEqual([]);
  });

  test('a damaged and a refused entry are set aside and do not block the next', async () => {
    await addToSpool(spool, '{"half', '2026-11-22T08:00:00Z');
    await addToSpool(spool, '{"n":1}', '2026-11-22T09:00:00Z');
    await addToSpool(spool, '{"n":2}', '2026-11-22T10:00:00Z');
    answers = [{ status: 400, body: '{"code":"invalid_report"}' }, { status: 200 }];
    const result = await deliver(spool, target(), noDelay);
    expect(result.delivered).toBe(1);
    expect(result.exit).toBe('badData');
    expect(result.aside.map(({ reason }) => reason)).toEqual([
      'not JSON: the file is damaged',
      'the collector answered 400: {"code":"invalid_report"}',
    ]);
    expect(await spoolEntries(spool)).toEqual([]);
  });

  test('an overloaded collector is asked again and the entry is kept in the end', async () => {
    const entry = await addToSpool(spool, '{"n":1}', '2026-11-22T09:00:00Z');
    answers = [{ status: 503 }, { status: 500 }, { status: 503 }];
    const result = await deliver(spool, target(), noDelay);
    expect(result).toMatchObject({ delivered: 0, left: 1, exit: 'tryAgain' });
    expect(received).toHaveLength(3);
    expect(await spoolEntries(spool)).toEqual([entry]);
  });

  test('Retry-After ends the run at once: the next one comes by the timer', async () => {
    await addToSpool(spool, '{"n":1}', '2026-11-22T09:00:00Z');
    answers = [{ status: 429, headers: { 'retry-after': '60' } }];
    const result = await deliver(spool, target(), noDelay);
    expect(result.reason).toBe('the collector answered 429 (retry after 60): {}');
    expect(received).toHaveLength(1);
  });

  test('a refused token keeps the spool and says so', async () => {
    await addToSpool(spool, '{"n":1}', '2026-11-22T09:00:00Z');
    answers = [{ status: 401 }];
    const result = await deliver(spool, target(), noDelay);
    expect(result).toMatchObject({ left: 1, exit: 'noPermission' });
  });

  test('a clock error keeps the report: the clock may be mended', async () => {
    await addToSpool(spool, '{"n":1}', '2026-11-22T09:00:00Z');
    answers = [{ status: 422, body: '{"code":"clock_skew"}' }];
    const result = await deliver(spool, target(), noDelay);
    expect(result).toMatchObject({ aside: [], left: 1, exit: 'tryAgain' });
  });

  test('nobody listening keeps the spool', async () => {
    await addToSpool(spool, '{"n":1}', '2026-11-22T09:00:00Z');
    const dead = { ...target(), collector: 'http://127.0.0.1:9' };
    const result = await deliver(spool, dead, noDelay);
    expect(result).toMatchObject({ delivered: 0, left: 1, exit: 'unavailable' });
    expect(result.reason).toContain('ECONNREFUSED');
  });

  test.each(['http://collector.example.org', 'ftp://127.0.0.1', 'collector'])(
    'refuses %s: a token never travels in the clear',
    async (collector) => {
      await expect(deliver(spool, { ...target(), collector }, noDelay)).rejects.toThrow(
        /^--collector: expected/,
      );
    },
  );

  test('a file that holds no token is named before anything is sent', async () => {
    writeFileSync(join(folder, 'token'), 'not a token\n');
    await expect(deliver(spool, target(), noDelay)).rejects.toThrow(
      /token: no token; expected one word, as "muster token create" prints it$/,
    );
  });

  test('a missing token file is named', async () => {
    const tokenFile = join(folder, 'nothing');
    await expect(deliver(spool, { ...target(), tokenFile }, noDelay)).rejects.toThrow(
      /^reading the token: ENOENT.*nothing/,
    );
  });
});

function target() {
  const { port } = server.address() as AddressInfo;
  return { collector: `http://127.0.0.1:${port}`, tokenFile: join(folder, 'token') };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = gunzipSync(Buffer.concat(chunks)).toString('utf8');
    received.push({ authorization: request.headers.authorization, body });
    const next = answers.shift() ?? { status: 200 };
    response.writeHead(next.status, next.headers).end(next.body ?? '{}');
  });
}
