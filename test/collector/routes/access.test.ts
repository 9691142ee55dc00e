import { describe, expect, test } from 'vitest';
import type { Role } from '../../../collector/tokens.ts';
import { clusterName, nodeNames, now, seedReport } from '../seed-cluster.ts';
import { bearer, enrolled, openTestApp } from '../test-app.ts';
import { signedHeaders } from './signed-client.ts';

const page = '/';
const data = `/api/v1/clusters/${clusterName}`;
const node = `${data}/nodes/${nodeNames[0]}`;

/** Every address of the interface, and what it takes to get in. */
const rules: [method: string, url: string, access: Role | 'anyone' | 'page' | 'agent'][] = [
  ['GET', '/healthz', 'anyone'],
  ['GET', '/readyz', 'anyone'],
  ['GET', '/assets/style.css', 'anyone'],
  ['GET', '/assets/icon.svg', 'anyone'],
  ['GET', page, 'page'],
  ['GET', `/clusters/${clusterName}`, 'page'],
  ['GET', `/clusters/${clusterName}/nodes/${nodeNames[0]}`, 'page'],
  ['POST', '/api/v1/enroll', 'agent'],
  ['POST', '/api/v1/reports', 'agent'],
  ['POST', '/api/v1/rotate', 'agent'],
  ['GET', '/api/v1/clusters', 'reader'],
  ['GET', data, 'reader'],
  ['GET', `${data}/reports`, 'reader'],
  ['GET', `${data}/verify?gate=health`, 'reader'],
  ['GET', `${data}/cpu-type`, 'reader'],
  ['GET', `${data}/migration`, 'reader'],
  ['GET', `${data}/names`, 'reader'],
  ['GET', `${data}/plan`, 'reader'],
  ['GET', `${data}/changes`, 'reader'],
  ['GET', node, 'reader'],
  ['GET', `${node}/timeline`, 'reader'],
  ['GET', `${node}/history`, 'reader'],
  ['GET', `${node}/diff`, 'reader'],
  ['GET', `${data}/policy`, 'reader'],
  ['PUT', `${data}/policy`, 'operator'],
  ['GET', `${data}/waivers`, 'reader'],
  ['POST', `${data}/waivers`, 'operator'],
  ['DELETE', `${data}/waivers/1`, 'operator'],
  ['GET', `${data}/keys`, 'admin'],
  ['POST', `${node}/approve`, 'admin'],
  ['POST', `${node}/revoke`, 'admin'],
  ['GET', '/api/v1/tokens', 'admin'],
  ['DELETE', '/api/v1/tokens/99', 'admin'],
  ['DELETE', '/api/v1/enrolment-tokens/99', 'admin'],
  ['GET', '/api/v1/audit-log', 'admin'],
  ['GET', '/api/v1/rejections', 'reader'],
  ['GET', '/api/v1/events', 'reader'],
  ['GET', '/metrics', 'reader'],
  ['GET', '/api/v1/openapi.json', 'reader'],
];
const people: Role[] = ['reader', 'operator', 'admin'];

describe('who gets in, by address:', () => {
  test.each(rules)('%s %s is for: %s', async (method, url, access) => {
    const { app, as, deliver } = await openTestApp();
    await deliver(seedReport(1));
    const ask = async (headers: Record<string, string>) =>
      (await app.inject({ method: method as 'GET', url, headers })).statusCode;
    const isRefused = (status: number) => status === 401 || status === 403;

    expect(isRefused(await ask({}))).toBe(access !== 'anyone');
    const needed = access === 'page' ? 'reader' : access;
    const admitted = await Promise.all(
      people.map(async (role) => (isRefused(await ask(as[role])) ? [] : [role])),
    );
    const expected =
      needed === 'agent' ? [] : people.slice(needed === 'anyone' ? 0 : people.indexOf(needed));
    expect(admitted.flat()).toEqual(expected);
  });

  test('an open page can be read, and still nothing else', async () => {
    const { app, deliver } = await openTestApp({ openPage: true });
    await deliver(seedReport(1));
    for (const [method, url, access] of rules) {
      const { statusCode } = await app.inject({ method: method as 'GET', url });
      const open = access === 'anyone' || access === 'page';
      expect([url, statusCode === 200]).toEqual([url, open]);
    }
  });

  test("a node's key reads nothing and changes nothing", async () => {
    const { app, store } = await openTestApp();
    const client = await enrolled(store, { node: 'n1' });
    for (const [method, url, access] of rules.filter(([, , one]) => one !== 'agent')) {
      const body = Buffer.from('{}');
      const headers = signedHeaders(client, { body, time: now, method, path: url });
      const sends = method === 'POST' || method === 'PUT' ? { payload: body } : {};
      const answer = await app.inject({ method: method as 'GET', url, headers, ...sends });
      expect([url, answer.statusCode]).toEqual([url, access === 'anyone' ? 200 : 401]);
    }
  });
});

describe('a token of one cluster', () => {
  test.each(rules.filter(([, , access]) => people.some((role) => role === access)))(
    '%s %s stays within it',
    async (method, url) => {
      const { app, store, deliver } = await openTestApp();
      await deliver(seedReport(1));
      const headers = await bearer(store, 'admin', { cluster: 'other.example.org' });
      const answer = await app.inject({ method: method as 'GET', url, headers });
      const free = [
        ...['/api/v1/clusters', '/api/v1/rejections', '/api/v1/events'],
        ...['/metrics', '/api/v1/openapi.json'],
      ];
      expect(answer.statusCode).toBe(free.includes(url) ? 200 : 403);
      if (url !== '/api/v1/openapi.json') expect(answer.body).not.toContain(clusterName);
    },
  );
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
    for (const { id } of await store.tokens()) await store.revokeToken(id, { by: 'a', at: now });
    expect(await status()).toBe(401);
  });

  test.each(['', 'Bearer', 'Bearer muster_x', 'Basic abc', 'Bearer a b', 'Bearer \u00e9'])(
    '"%s" is none',
    async (authorization) => {
      const { app } = await openTestApp();
      const answer = await app.inject({ url: '/metrics', headers: { authorization } });
      expect(answer.json()).toMatchObject({ status: 401, code: 'unauthorized' });
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="muster"');
    },
  );
});

test('an address that is not there is a problem too', async () => {
  const { app } = await openTestApp();
  const answer = await app.inject({ url: '/api/v1/nothing' });
  expect(answer.json()).toMatchObject({ status: 404, code: 'not_found' });
});

test('every answer forbids frames, scripts within it and everything from elsewhere', async () => {
  const { app } = await openTestApp({ openPage: true });
  for (const url of ['/', '/healthz', '/nothing']) {
    const { headers } = await app.inject({ url });
    expect(headers['content-security-policy']).toBe(
      "default-src 'none';script-src 'self';style-src 'self';connect-src 'self';" +
        "img-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'x-frame-options': 'DENY',
    });
  }
});

test('the OpenAPI document tells of every address of the interface', async () => {
  const { app, as } = await openTestApp();
  const document = (await app.inject({ url: '/api/v1/openapi.json', headers: as.reader })).json();
  expect(document.openapi).toBe('3.1.0');
  const told = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const known = rules
    .filter(([, url, access]) => access !== 'page' && !/assets|openapi/.test(url))
    .map(([method, url]) => `${method} ${templateOf(url)}`);
  expect(told.sort()).toEqual(known.sort());
  const body = document.paths['/api/v1/reports'].post.requestBody.content['application/json'];
  expect(Object.keys(body.schema.properties)).toContain('sections');
});

function templateOf(url: string): string {
  return url
    .replace(/\?.*/, '')
    .replace(/(waivers|tokens)\/\d+$/, '$1/{id}')
    .replace(`/${clusterName}`, '/{cluster}')
    .replace(`/${nodeNames[0]}`, '/{node}');
}
