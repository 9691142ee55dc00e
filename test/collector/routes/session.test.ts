import { describe, expect, test } from 'vitest';
import { createToken, type Role } from '../../../collector/tokens.ts';
import { clusterName, now, seedReport } from '../seed-cluster.ts';
import { openTestApp, type TestApp } from '../test-app.ts';

const HOUR_MS = 3_600_000;
const origin = 'http://localhost';
const waivers = `/clusters/${clusterName}/waivers`;
const waiver = {
  check: 'storage.raid',
  reason: 'ordered',
  owner: 'ops',
  expires: '2027-01-31T00:00',
};

type Fields = Record<string, string>;

async function tokenOf({ store }: TestApp, role: Role, more: { expiresAt?: Date } = {}) {
  const request = { name: 'ops', role, cluster: null, expiresAt: null, ...more };
  return createToken(store, request, { by: 'test', at: now });
}

function post({ app }: TestApp, url: string, ...[fields, headers = {}]: [Fields, Fields?]) {
  return app.inject({
    method: 'POST',
    url,
    headers: { origin, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(fields).toString(),
  });
}

/** Somebody who signed in by the form: their cookie, and what their forms carry. */
async function signedIn(opened: TestApp, role: Role, more: { expiresAt?: Date } = {}) {
  const { token, secret } = await tokenOf(opened, role, more);
  const answer = await post(opened, '/sign-in', { token: secret });
  expect(answer.statusCode).toBe(303);
  const set = String(answer.headers['set-cookie']);
  const cookie = set.split(';', 1)[0] ?? '';
  const page = await opened.app.inject({ url: '/', headers: { cookie, accept: 'text/html' } });
  const csrf = /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
  return { token, set, cookie, csrf };
}

describe('signing in', () => {
  test('gives a cookie that no script and no other site gets', async () => {
    const { set } = await signedIn(await openTestApp(), 'reader');
    expect(set).toMatch(/^muster=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  test('over TLS gives one that never crosses in the clear', async () => {
    const opened = await openTestApp();
    const { secret } = await tokenOf(opened, 'reader');
    const https = { host: 'localhost', 'x-forwarded-proto': 'https', origin: 'https://localhost' };
    const answer = await post(opened, '/sign-in', { token: secret }, https);
    expect(answer.headers['set-cookie']).toMatch(/^__Host-muster=.*; Secure/);
  });

  test('with a wrong token says so, gives nothing, and does not repeat the token', async () => {
    const answer = await post(await openTestApp(), '/sign-in', { token: 'muster_wrong' });
    expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([401, undefined]);
    expect(answer.body).toContain('This token is not known');
    expect(answer.body).not.toContain('muster_wrong');
  });

  test.each([
    ['/operations?before=3', '/operations?before=3'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['/a\nb', '/'],
  ])('with next %j leads to %j', async (next, location) => {
    const opened = await openTestApp();
    const { secret } = await tokenOf(opened, 'reader');
    const answer = await post(opened, '/sign-in', { token: secret, next });
    expect(answer.headers.location).toBe(location);
  });

  test('too often from one address is refused', async () => {
    const opened = await openTestApp();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 11; attempt++) {
      statuses.push((await post(opened, '/sign-in', { token: 'muster_x' })).statusCode);
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
  });

  test('from a form of another site is refused', async () => {
    const opened = await openTestApp();
    const { secret } = await tokenOf(opened, 'reader');
    for (const from of ['http://evil.example', 'null', '']) {
      const answer = await post(opened, '/sign-in', { token: secret }, { origin: from });
      expect([from, answer.statusCode]).toEqual([from, 403]);
    }
  });
});

describe('a session', () => {
  test('may read pages and the API', async () => {
    const opened = await openTestApp();
    const { cookie } = await signedIn(opened, 'reader');
    for (const url of ['/', '/operations', '/api/v1/clusters']) {
      const answer = await opened.app.inject({ url, headers: { cookie } });
      expect([url, answer.statusCode]).toEqual([url, 200]);
    }
  });

  test('never changes anything through the API', async () => {
    const opened = await openTestApp();
    const { cookie } = await signedIn(opened, 'admin');
    const url = `/api/v1${waivers}`;
    const payload = { ...waiver, expires: '2027-01-31T00:00:00Z' };
    const headers = { cookie, origin };
    const json = await opened.app.inject({ method: 'POST', url, headers, payload });
    expect(json.statusCode).toBe(401);
    const form = await post(opened, url, waiver, { cookie });
    expect(form.statusCode).toBe(401);
    expect(await opened.store.waivers(clusterName)).toEqual([]);
  });

  test('ends with its sign-out, its token, and its time', async () => {
    const opened = await openTestApp();
    const status = async (cookie: string) =>
      (await opened.app.inject({ url: '/', headers: { cookie } })).statusCode;
    const out = await signedIn(opened, 'reader');
    await post(opened, '/sign-out', { csrf: out.csrf }, { cookie: out.cookie });
    expect(await status(out.cookie)).toBe(401);

    const revoked = await signedIn(opened, 'reader');
    await opened.store.revokeToken(revoked.token.id, { by: 'test', at: now });
    expect(await status(revoked.cookie)).toBe(401);

    const short = await signedIn(opened, 'reader', { expiresAt: new Date(+now + HOUR_MS) });
    const long = await signedIn(opened, 'reader');
    expect([await status(short.cookie), await status(long.cookie)]).toEqual([200, 200]);
    opened.clock.now = new Date(+now + HOUR_MS);
    expect([await status(short.cookie), await status(long.cookie)]).toEqual([401, 200]);
    opened.clock.now = new Date(+now + 12 * HOUR_MS);
    expect(await status(long.cookie)).toBe(401);
  });
});

describe('a form', () => {
  test('of one who may changes what it says, and the audit log names them', async () => {
    const opened = await openTestApp();
    await opened.deliver(seedReport(1));
    const { cookie, csrf, token } = await signedIn(opened, 'operator');
    const added = await post(opened, waivers, { ...waiver, csrf }, { cookie });
    expect(added.headers.location).toBe(`${waivers}?done=waiver-added`);
    const [kept] = await opened.store.waivers(clusterName);
    expect(kept?.waiver).toEqual({ ...waiver, expires: '2027-01-31T00:00:00Z' });
    expect(kept?.addedBy).toBe(`token ${token.id} "ops"`);
    await post(opened, `${waivers}/${kept?.id}/remove`, { csrf }, { cookie });
    expect(await opened.store.waivers(clusterName)).toEqual([]);
  });

  test.each<[string, Role, Fields, Fields, number]>([
    ['without what its page carries', 'operator', { csrf: '' }, {}, 403],
    ['with what another page carries', 'operator', { csrf: 'x'.repeat(43) }, {}, 403],
    ['from another site', 'operator', {}, { origin: 'http://evil.example' }, 403],
    ['of a reader', 'reader', {}, {}, 403],
    ['that ends in the past', 'operator', { expires: '2020-01-01T00:00' }, {}, 400],
    ['without a reason', 'operator', { reason: '' }, {}, 400],
  ])('%s changes nothing', async (_, ...[role, fields, headers, status]) => {
    const opened = await openTestApp();
    await opened.deliver(seedReport(1));
    const { cookie, csrf } = await signedIn(opened, role);
    const sent = { ...waiver, csrf, ...fields };
    const answer = await post(opened, waivers, sent, { cookie, ...headers });
    expect(answer.statusCode).toBe(status);
    expect(await opened.store.waivers(clusterName)).toEqual([]);
  });

  test('sent with a bearer token instead of a session is refused', async () => {
    const opened = await openTestApp();
    const answer = await post(opened, waivers, waiver, opened.as.admin);
    expect(answer.statusCode).toBe(401);
  });

  test.each<[string, Role]>([
    ['/operations/tokens/1/revoke', 'admin'],
    ['/operations/enrolment-tokens/1/revoke', 'admin'],
    ['/operations/enrolment-tokens', 'admin'],
    [`/clusters/${clusterName}/nodes/n1/approve`, 'admin'],
    [`/clusters/${clusterName}/nodes/n1/revoke`, 'admin'],
    [`${waivers}/1/remove`, 'operator'],
  ])('%s is for: %s', async (url, needed) => {
    const opened = await openTestApp({ openPage: true });
    for (const role of ['reader', 'operator', 'admin'] as const) {
      const { cookie, csrf } = await signedIn(opened, role);
      const { statusCode } = await post(opened, url, { csrf }, { cookie });
      const order = ['reader', 'operator', 'admin'];
      const may = order.indexOf(role) >= order.indexOf(needed);
      expect([role, statusCode === 403]).toEqual([role, !may]);
    }
    expect((await post(opened, url, {})).statusCode).toBe(401);
  });

  test('for an enrolment token shows its secret once, and the page asks no more', async () => {
    const opened = await openTestApp();
    const { cookie, csrf } = await signedIn(opened, 'admin');
    const fields = { csrf, cluster: 'c1', node: 'n1', hours: '2' };
    const answer = await post(opened, '/operations/enrolment-tokens', fields, { cookie });
    expect(answer.body).toMatch(/<code>muster_enrol_[\w-]{43}<\/code>/);
    expect(answer.body).not.toContain('data-version');
    const [token] = await opened.store.enrolmentTokens();
    expect(token).toMatchObject({
      cluster: 'c1',
      node: 'n1',
      expiresAt: new Date(+now + 2 * HOUR_MS),
    });
    const again = await opened.app.inject({ url: '/operations', headers: { cookie } });
    expect(again.body).not.toContain('muster_enrol_');
  });
});
