import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import type { Store } from '../../../collector/store/store.ts';
import { StoreUnavailable } from '../../../collector/store/store.ts';
import { clusterName, nodeNames, now, seedReport } from '../seed-cluster.ts';
import { bearer, openTestApp } from '../test-app.ts';

const report = seedReport(1);
const json = JSON.stringify(report);

test('a report is acknowledged with its digest, and again with its first receipt', async () => {
  const { store, clock, deliver } = await openTestApp();
  const first = await deliver(report);
  expect(first.statusCode).toBe(200);
  expect(first.json()).toEqual({
    digest: createHash('sha256').update(json).digest('hex'),
    receivedAt: now.toISOString(),
    repeated: false,
  });
  clock.now = new Date(now.getTime() + 60_000);
  const again = await deliver(report);
  expect(again.json()).toEqual({ ...first.json(), repeated: true });
  expect(await store.current(clusterName)).toHaveLength(1);
});

test('gzip and plain are the same delivery, and the text is kept byte for byte', async () => {
  const { app, store, as } = await openTestApp();
  const text = JSON.stringify(report, null, 3);
  const send = (payload: Buffer, headers: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url: '/api/v1/reports',
      headers: { 'content-type': 'application/json', ...as.agent, ...headers },
      payload,
    });
  const packed = await send(gzipSync(text), { 'content-encoding': 'gzip' });
  const plain = await send(Buffer.from(text), {});
  expect([packed.json().repeated, plain.json().repeated]).toEqual([false, true]);
  const [current] = await store.current(clusterName);
  expect(await store.bodies([current?.id ?? 0])).toEqual([text]);
});

describe('who may deliver', () => {
  test("the cluster is the token's, and a token for one node delivers for no other", async () => {
    const { store, deliver } = await openTestApp();
    const bound = await bearer(store, 'agent', {
      cluster: 'other.example.org',
      node: nodeNames[0] ?? '',
    });
    expect((await deliver(seedReport(1), bound)).statusCode).toBe(200);
    expect(await store.clusters()).toEqual(['other.example.org']);
    const wrong = await deliver(seedReport(2), bound);
    expect(wrong.json()).toMatchObject({
      status: 403,
      code: 'forbidden',
      detail: 'the token is for the node ganeti01.example.org alone',
    });
  });

  test('people may not, whatever they are', async () => {
    const { as, deliver } = await openTestApp();
    for (const role of ['reader', 'operator', 'admin'] as const) {
      expect((await deliver(report, as[role])).json().code).toBe('forbidden');
    }
  });

  test('nobody without a token, and the body is not even read', async () => {
    const { deliver } = await openTestApp();
    const refused = await deliver('x'.repeat(2 * 1024 * 1024), { authorization: '' });
    expect(refused.statusCode).toBe(401);
    expect(refused.headers['www-authenticate']).toBe('Bearer realm="muster"');
  });
});

test('a report from the future is refused with the time of the collector', async () => {
  const { deliver } = await openTestApp();
  const ahead = (minutes: number) =>
    deliver({ ...report, collectedAt: new Date(now.getTime() + minutes * 60_000).toISOString() });
  expect((await ahead(10)).statusCode).toBe(200);
  const refused = await ahead(10.01);
  expect(refused.json()).toMatchObject({
    status: 422,
    code: 'clock_skew',
    serverTime: now.toISOString(),
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
  expect(answer.headers['retry-after']).toBe('30');
  expect(answer.body).not.toContain('secret');
  const metrics = await app.inject({ url: '/metrics', headers: as.reader });
  expect(metrics.body).toContain('muster_rejected_deliveries_total{code="unavailable"} 1\n');
});

test('an error of the program is "internal" and does not show what it was', async () => {
  const inner = await openSqliteStore(':memory:');
  const failing: Store = { ...inner, deliver: () => Promise.reject(new Error('private words')) };
  const { deliver } = await openTestApp({ store: failing });
  const answer = await deliver(report);
  expect(answer.json()).toMatchObject({ status: 500, code: 'internal' });
  expect(answer.body).not.toContain('private');
});
