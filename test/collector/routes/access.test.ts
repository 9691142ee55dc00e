import { describe, expect, test } from 'vitest';
import { clusterName, now, seedReport } from '../seed-cluster.ts';
import { bearer, openTestApp } from '../test-app.ts';

const page = '/';
const data = `/api/v1/clusters/${clusterName}`;

describe('without a token', () => {
  test.each([
    ['/healthz', 200],
    ['/readyz', 200],
    ['/assets/style.css', 200],
    ['/assets/icon.svg', 200],
    [page, 401],
    [`/clusters/${clusterName}`, 401],
    ['/api/v1/clusters', 401],
    [data, 401],
    [`${data}/reports`, 401],
    [`${data}/policy`, 401],
    ['/metrics', 401],
    ['/api/v1/openapi.json', 401],
  ])('%s gives %i', async (url, status) => {
    const { app, deliver } = await openTestApp();
    await deliver(seedReport(1));
    expect((await app.inject({ url })).statusCode).toBe(status);
  });

  test('an open page can be read, and still nothing else', async () => {
    const { app, deliver } = await openTestApp({ openPage: true });
    await deliver(seedReport(1));
    expect((await app.inject({ url: page })).statusCode).toBe(200);
    expect((await app.inject({ url: `/clusters/${clusterName}` })).statusCode).toBe(200);
    expect((await app.inject({ url: data })).statusCode).toBe(401);
  });
});

describe('a token', () => {
  test('in the address is never looked at', async () => {
    const { app, as } = await openTestApp();
    const secret = as.admin.authorization.replace('Bearer ', '');
    for (const name of ['token', 'access_token', 'authorization']) {
      expect((await app.inject({ url: `${page}?${name}=${secret}` })).statusCode).toBe(401);
    }
  });

  test('is useless at the instant it expires, and when it was revoked', async () => {
    const { app, store, clock } = await openTestApp();
    const expiresAt = new Date(now.getTime() + 1000);
    const headers = await bearer(store, 'reader', { expiresAt });
    const status = async () => (await app.inject({ url: '/metrics', headers })).statusCode;
    clock.now = new Date(now.getTime() + 999);
    expect(await status()).toBe(200);
    clock.now = expiresAt;
    expect(await status()).toBe(401);
    clock.now = now;
    expect(await status()).toBe(200);
    for (const token of await store.tokens()) await store.revokeToken(token.id);
    expect(await status()).toBe(401);
  });

  test.each(['', 'Bearer', 'Bearer muster_x', 'Basic abc', 'Bearer a b', 'Bearer \u00e9'])(
    '"%s" is none',
    async (authorization) => {
      const { app } = await openTestApp();
      const answer = await app.inject({ url: '/metrics', headers: { authorization } });
      expect(answer.json()).toMatchObject({ status: 401, code: 'unauthorized' });
    },
  );

  test('of an agent reads nothing', async () => {
    const { app, as, deliver } = await openTestApp();
    await deliver(seedReport(1));
    for (const url of [data, '/metrics', page]) {
      expect((await app.inject({ url, headers: as.agent })).statusCode).toBe(403);
    }
  });
});

test('an address that is not there is a problem too', async () => {
  const { app } = await openTestApp();
  const answer = await app.inject({ url: '/api/v1/nothing' });
  expect(answer.json()).toMatchObject({ status: 404, code: 'not_found' });
});

test('every answer forbids scripts, frames and everything from elsewhere', async () => {
  const { app } = await openTestApp({ openPage: true });
  for (const url of ['/', '/healthz', '/nothing']) {
    const { headers } = await app.inject({ url });
    expect(headers['content-security-policy']).toBe(
      "default-src 'none';style-src 'self';img-src 'self';form-action 'none';" +
        "base-uri 'none';frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    });
  }
});

test('the OpenAPI document tells of every address of the interface', async () => {
  const { app, as } = await openTestApp();
  const document = (await app.inject({ url: '/api/v1/openapi.json', headers: as.reader })).json();
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).sort()).toEqual([
    '/api/v1/clusters',
    '/api/v1/clusters/{cluster}',
    '/api/v1/clusters/{cluster}/nodes/{node}',
    '/api/v1/clusters/{cluster}/policy',
    '/api/v1/clusters/{cluster}/reports',
    '/api/v1/clusters/{cluster}/verify',
    '/api/v1/reports',
    '/healthz',
    '/metrics',
    '/readyz',
  ]);
  const body = document.paths['/api/v1/reports'].post.requestBody.content['application/json'];
  expect(Object.keys(body.schema.properties)).toContain('sections');
});
