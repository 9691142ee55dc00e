import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import { type Store, StoreUnavailable } from '../../../collector/store/store.ts';
import { clusterName, nodeNames, now, seedReport } from '../seed-cluster.ts';
import { enrolled, openTestApp } from '../test-app.ts';
import { signedHeaders } from './signed-client.ts';

const report = seedReport(1);
const json = JSON.stringify(report);
const [node = ''] = nodeNames;

test('a report is acknowledged with its digest, and again with its first receipt', async () => {
  const { store, clock, deliver } = await openTestApp();
  const first = await deliver(report);
  expect(first.statusCode).toBe(200);
  expect(first.json()).toEqual({
    digest: createHash('sha256').update(json).digest('hex'),
    receivedAt: now.toISOString(),
    repeated: false,
    late: false,
  });
  clock.now = new Date(now.getTime() + 60_000);
  const again = await deliver(report);
  expect(again.json()).toEqual({ ...first.json(), repeated: true });
  expect(await store.current(clusterName)).toHaveLength(1);
});

test('gzip and plain are the same delivery, and the text is kept byte for byte', async () => {
  const { app, store } = await openTestApp();
  const client = await enrolled(store, { node });
  const text = JSON.stringify(report, null, 3);
  const send = (body: Buffer, headers: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url: '/api/v1/reports',
      headers: { ...signedHeaders(client, { body, time: now }), ...headers },
      payload: body,
    });
  const packed = await send(gzipSync(text), { 'content-encoding': 'gzip' });
  const plain = await send(Buffer.from(text), {});
  expect([packed.json().repeated, plain.json().repeated]).toEqual([false, true]);
  const [current] = await store.current(clusterName);
  expect(await store.bodies([current?.id ?? 0])).toEqual([text]);
});

test('order is by sequence: what comes late is history and never current', async () => {
  const { app, store } = await openTestApp();
  const client = await enrolled(store, { node });
  const send = (sequence: number, collectedAt: string) => {
    const body = Buffer.from(JSON.stringify({ ...report, collectedAt }));
    const headers = signedHeaders(client, { body, time: now, sequence });
    return app.inject({ method: 'POST', url: '/api/v1/reports', headers, payload: body });
  };
  const newer = await send(8, '2026-03-01T02:00:00Z');
  // its clock was wrong at the time, and ran ahead
  const older = await send(5, '2026-03-01T05:00:00Z');
  expect([newer.json().late, older.json().late]).toEqual([false, true]);
  const [current] = await store.current(clusterName);
  expect(current?.collectedAt).toEqual(new Date('2026-03-01T02:00:00Z'));
  const past = await store.history(clusterName, node, { limit: 9 });
  expect(past.map(({ sequence, late }) => [sequence, late])).toEqual([
    [8, false],
    [5, true],
  ]);
});

test('a node that waits for approval is told so, and then heard', async () => {
  const { app, store } = await openTestApp();
  const client = await enrolled(store, { node, state: 'pending' });
  const body = Buffer.from(json);
  const send = () =>
    app.inject({
      method: 'POST',
      url: '/api/v1/reports',
      headers: signedHeaders(client, { body, time: now }),
      payload: body,
    });
  expect((await send()).json()).toMatchObject({ status: 403, code: 'not_approved' });
  await store.approveKeys(clusterName, node, { by: 'anna', at: now });
  expect((await send()).statusCode).toBe(200);
});

describe('who may deliver', () => {
  test('no person may, whatever they are', async () => {
    const { app, as } = await openTestApp();
    for (const headers of Object.values(as)) {
      const wanted = { method: 'POST', url: '/api/v1/reports', headers, payload: report } as const;
      expect((await app.inject(wanted)).json().code).toBe('bad_signature');
    }
  });

  test('without a key the body is not even read', async () => {
    const { app } = await openTestApp();
    const payload = Buffer.alloc(2 * 1024 * 1024, 'x');
    const headers = { 'content-type': 'application/json' };
    const wanted = { method: 'POST', url: '/api/v1/reports', headers, payload } as const;
    const refused = await app.inject(wanted);
    expect(refused.statusCode).toBe(401);
    expect(refused.headers['www-authenticate']).toBe('Muster-Signature');
  });
});

test('a store that cannot write gives 503, when to come again, and nothing else', async () => {
  const inner = await openSqliteStore(':memory:');
  const failing: Store = {
    ...inner,
    deliver: () => Promise.reject(new StoreUnavailable('disk full at /secret/path', null)),
  };
  const { app, as, deliver } = await openTestApp({ store: failing });
  const answer = await deliver(report);
  expect(answer.statusCode).toBe(503);
  expect(answer.headers['retry-after']).toMatch(/^[1-6]\d$/);
  expect(answer.body).not.toContain('secret');
  const metrics = await app.inject({ url: '/metrics', headers: as.reader });
  expect(metrics.body).toContain('muster_rejected_deliveries_total{code="unavailable"} 1\n');
  expect(await inner.rejections()).toEqual([]);
});

test('a refusal is given even when it cannot be counted', async () => {
  const inner = await openSqliteStore(':memory:');
  const unavailable = new StoreUnavailable('disk full', null);
  const failing: Store = { ...inner, countRejection: () => Promise.reject(unavailable) };
  const { app } = await openTestApp({ store: failing });
  const answer = await app.inject({ method: 'POST', url: '/api/v1/reports', payload: report });
  expect(answer.json()).toMatchObject({ status: 401, code: 'bad_signature' });
});

test('an error of the program is "internal" and does not show what it was', async () => {
  const inner = await openSqliteStore(':memory:');
  const failing: Store = { ...inner, deliver: () => Promise.reject(new Error('private words')) };
  const { deliver } = await openTestApp({ store: failing });
  const answer = await deliver(report);
  expect(answer.json()).toMatchObject({ status: 500, code: 'internal' });
  expect(answer.body).not.toContain('private');
});
