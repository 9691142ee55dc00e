import { expect, test } from 'vitest';
import { clusterName, nodeNames, now, seedReport } from '../seed-cluster.ts';
import { bearer, enrolled, openTestApp } from '../test-app.ts';

const cluster = `/api/v1/clusters/${clusterName}`;
const [node = '', other = ''] = nodeNames;

async function openFilledApp() {
  const opened = await openTestApp();
  const client = await enrolled(opened.store, { node });
  const ask = async (url: string, method: 'GET' | 'POST' | 'DELETE' = 'GET') =>
    (await opened.app.inject({ method, url, headers: opened.as.admin })).json();
  return { ...opened, client, ask };
}

test('the keys of a cluster are shown with how they came', async () => {
  const { ask, client, store } = await openFilledApp();
  await enrolled(store, { cluster: 'other.example.org', node: other });
  expect(await ask(`${cluster}/keys`)).toEqual({
    keys: [
      {
        id: client.key.id,
        cluster: clusterName,
        node,
        publicKey: client.key.publicKey,
        machineId: expect.stringMatching(/^[0-9a-f]{64}$/),
        state: 'active',
        enrolment: 1,
        token: 1,
        enrolledAt: now.toISOString(),
        enrolledBy: 'test',
        validUntil: null,
        lastSeenAt: null,
      },
    ],
  });
});

test('a node is revoked once, approved only when it waits', async () => {
  const { ask, store } = await openFilledApp();
  await enrolled(store, { node: other, state: 'pending' });
  expect(await ask(`${cluster}/nodes/${other}/approve`, 'POST')).toEqual({ keys: 1 });
  expect(await ask(`${cluster}/nodes/${other}/approve`, 'POST')).toMatchObject({ status: 404 });
  expect(await ask(`${cluster}/nodes/${node}/revoke`, 'POST')).toEqual({ keys: 1 });
  expect(await ask(`${cluster}/nodes/${node}/revoke`, 'POST')).toMatchObject({ status: 404 });
  const states = (await store.nodeKeys(clusterName)).map((key) => [key.node, key.state]);
  expect(states).toEqual([
    [node, 'revoked'],
    [other, 'active'],
  ]);
});

test('the history of a node comes newest first, in pages', async () => {
  const { ask, deliver } = await openTestAppWithHistory();
  const path = `${cluster}/nodes/${node}/history`;
  const { reports } = await ask(path);
  expect(reports.map((one: { sequence: number }) => one.sequence)).toEqual([3, 2, 1]);
  expect(reports[0]).toEqual({
    id: 3,
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    sequence: 3,
    bootId: '11111111-2222-4333-8444-555555555555',
    collectedAt: '2026-03-01T02:53:00.000Z',
    receivedAt: now.toISOString(),
    late: false,
  });
  const page = await ask(`${path}?before=3&limit=1`);
  expect(page.reports.map((one: { id: number }) => one.id)).toEqual([2]);
  for (const query of ['limit=0', 'limit=1001', 'before=x', 'before=-1']) {
    expect(await ask(`${path}?${query}`)).toMatchObject({ status: 400, code: 'invalid_request' });
  }
  expect((await deliver(seedReport(1))).statusCode).toBe(200);
});

async function openTestAppWithHistory() {
  const opened = await openTestApp();
  for (const minute of [51, 52, 53]) {
    await opened.deliver({ ...seedReport(1), collectedAt: `2026-03-01T02:${minute}:00Z` });
  }
  const ask = async (url: string) =>
    (await opened.app.inject({ url, headers: opened.as.reader })).json();
  return { ...opened, ask };
}

test('tokens of both kinds are listed without secrets and revoked', async () => {
  const { ask, app, as, client } = await openFilledApp();
  const listed = await ask('/api/v1/tokens');
  expect(listed.tokens.map(({ role }: { role: string }) => role)).toEqual([
    'reader',
    'operator',
    'admin',
  ]);
  expect(listed.enrolmentTokens).toMatchObject([
    { id: 1, cluster: clusterName, node: client.node, usedAt: now.toISOString() },
  ]);
  expect(JSON.stringify(listed)).not.toContain('hash');
  const headers = as.admin;
  const remove = async (url: string) =>
    (await app.inject({ method: 'DELETE', url, headers })).statusCode;
  expect(await remove('/api/v1/tokens/1')).toBe(204);
  expect(await remove('/api/v1/tokens/1')).toBe(404);
  expect(await remove('/api/v1/tokens/one')).toBe(400);
  expect((await app.inject({ url: '/metrics', headers: as.reader })).statusCode).toBe(401);
});

test('who changed what is told newest first, in pages', async () => {
  const { ask, app, as } = await openFilledApp();
  await app.inject({
    method: 'PUT',
    url: `${cluster}/policy`,
    headers: { ...as.operator, 'content-type': 'application/yaml' },
    payload: '{}\n',
  });
  await ask('/api/v1/tokens/1', 'DELETE').catch(() => undefined);
  const { entries } = await ask('/api/v1/audit-log');
  expect(entries.slice(0, 2)).toMatchObject([
    { action: 'token.revoke', by: 'token 3 "test admin"', cluster: null },
    { action: 'policy.put', by: 'token 2 "test operator"', cluster: clusterName },
  ]);
  const page = await ask(`/api/v1/audit-log?before=${entries[0].id}&limit=1`);
  expect(page.entries).toEqual([entries[1]]);
});

test('refusals are shown to whoever may read their cluster', async () => {
  const { app, as, store, ask } = await openFilledApp();
  await app.inject({ method: 'POST', url: '/api/v1/reports', payload: {} });
  const refused = { lastAt: now, lastDetail: 'x' };
  await store.countRejection({ code: 'bad_signature', cluster: clusterName, node, ...refused });
  const codes = (answer: { rejections: { code: string; cluster: string | null }[] }) =>
    answer.rejections.map((one) => [one.code, one.cluster]);
  expect(codes(await ask('/api/v1/rejections'))).toHaveLength(2);
  const headers = await bearer(store, 'reader', { cluster: clusterName });
  const bound = await app.inject({ url: '/api/v1/rejections', headers });
  expect(codes(bound.json())).toEqual([['bad_signature', clusterName]]);
  expect(as.reader).not.toEqual(headers);
});
