import { describe, expect, test } from 'vitest';
import { saidEach } from '../../../collector/cluster/said-once.ts';
import { toldGateSchema } from '../../../collector/gate-answer.ts';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import type { Store } from '../../../collector/store/store.ts';
import type { GateResult } from '../../../shared/gate.ts';
import { clusterName, nodeNames, now, seedReport, seedReports } from '../seed-cluster.ts';
import { bearer, openTestApp, type TestApp } from '../test-app.ts';

const cluster = `/api/v1/clusters/${clusterName}`;

async function openFilledApp(): Promise<TestApp & { get(url: string): Promise<unknown> }> {
  const opened = await openTestApp();
  for (const report of seedReports()) await opened.deliver(report);
  const get = async (url: string) =>
    (await opened.app.inject({ url, headers: opened.as.reader })).json();
  return { ...opened, get };
}

test('the clusters come in one line each', async () => {
  const { get } = await openFilledApp();
  expect(await get('/api/v1/clusters')).toMatchObject({
    clusters: [
      {
        cluster: clusterName,
        expected: 3,
        reported: 3,
        stale: [],
        missing: [],
        unexpected: [],
        oldest: { node: nodeNames[0], collectedAt: '2026-03-01T02:48:00Z', ageMs: 720_000 },
      },
    ],
  });
});

test('the fleet view has every node with its findings and without its facts', async () => {
  const { get } = await openFilledApp();
  const view = await get(cluster);
  expect(view).toMatchObject({
    at: now.toISOString(),
    summary: { cluster: clusterName, reported: 3 },
    nodes: nodeNames.map((node) => ({ node, freshness: 'fresh', ageMs: 720_000 })),
  });
  expect(JSON.stringify(view)).not.toContain('"sections"');
});

test('a node comes with its report', async () => {
  const { get } = await openFilledApp();
  expect(await get(`${cluster}/nodes/${nodeNames[1]}`)).toMatchObject({
    cluster: clusterName,
    node: nodeNames[1],
    report: seedReport(2),
  });
  expect(await get(`${cluster}/nodes/none`)).toMatchObject({ status: 404, code: 'not_found' });
});

test('the reports come as received with the policy text, for judging elsewhere', async () => {
  const { get, app, as } = await openFilledApp();
  expect(await get(`${cluster}/reports`)).toEqual({
    policy: null,
    waivers: [],
    reports: seedReports(),
  });
  const text = '# ours\nstorage: { volumeGroup: gnt }\n';
  await app.inject({
    method: 'PUT',
    url: `${cluster}/policy`,
    headers: { 'content-type': 'application/yaml', ...as.operator },
    payload: text,
  });
  expect(await get(`${cluster}/reports`)).toMatchObject({ policy: text });
});

test('a gate is answered by its exact name', async () => {
  const { get } = await openFilledApp();
  expect(await get(`${cluster}/verify?gate=health`)).toMatchObject({
    gate: 'health',
    cluster: clusterName,
    at: now.toISOString(),
    nodes: nodeNames.map((node) => ({ node })),
  });
  const refused = { status: 400, code: 'invalid_request', path: 'gate' };
  expect(await get(`${cluster}/verify?gate=heal`)).toMatchObject(refused);
  expect(await get(`${cluster}/verify`)).toMatchObject(refused);
  expect(await get('/api/v1/clusters/none/verify?gate=health')).toMatchObject({ status: 404 });
});

test('a gate tells its troubles once, and counts what passed', async () => {
  const { get } = await openFilledApp();
  const whole = await get(`${cluster}/verify?gate=health&findings=all`);
  expect(whole).toEqual(await get(`${cluster}/verify?gate=health`));
  const short = toldGateSchema.parse(await get(`${cluster}/verify?gate=health&findings=troubles`));
  const { state, nodes, deciding } = whole as unknown as GateResult;
  expect(short).toMatchObject({ gate: 'health', state, nodes, at: now.toISOString() });
  expect(saidEach(short).deciding).toEqual(deciding);
  const refused = { status: 400, code: 'invalid_request', path: 'findings' };
  expect(await get(`${cluster}/verify?gate=health&findings=some`)).toMatchObject(refused);
});

describe('as time goes by', () => {
  test('ages move, and at the limit a report ceases to count', async () => {
    const { get, clock } = await openFilledApp();
    const collectedMs = Date.parse('2026-03-01T02:48:00Z');
    const limitMs = 2 * 3_600_000;
    for (const [ageMs, reported] of [
      [720_000, 3],
      [720_001, 3],
      [limitMs, 3],
      [limitMs + 1, 0],
      [720_000, 3],
    ] as const) {
      clock.now = new Date(collectedMs + ageMs);
      expect(await get(cluster)).toMatchObject({
        summary: { reported, oldest: { ageMs } },
        nodes: nodeNames.map(() => ({ ageMs })),
      });
    }
  });

  test('a new report and a new policy are seen at once', async () => {
    const { get, deliver, app, as } = await openFilledApp();
    await deliver({ ...seedReport(1), node: 'ganeti04.example.org' });
    expect(await get(cluster)).toMatchObject({ summary: { expected: 4, reported: 4 } });
    await app.inject({
      method: 'PUT',
      url: `${cluster}/policy`,
      headers: { 'content-type': 'application/json', ...as.operator },
      payload: JSON.stringify({ nodes: [{ name: 'ganeti05.example.org' }] }),
    });
    expect(await get(cluster)).toMatchObject({
      summary: { expected: 1, reported: 0, missing: ['ganeti05.example.org'] },
    });
  });

  test('what nothing changed is not judged again', async () => {
    const inner = await openSqliteStore(':memory:');
    const asked: number[][] = [];
    const store: Store = {
      ...inner,
      bodies: (ids) => {
        asked.push([...ids]);
        return inner.bodies(ids);
      },
    };
    const { app, as, deliver } = await openTestApp({ store });
    const look = () => app.inject({ url: cluster, headers: as.reader });
    await deliver(seedReport(1));
    await deliver(seedReport(2));
    for (let round = 0; round < 3; round++) await look();
    await deliver(seedReport(3));
    await look();
    expect(asked).toEqual([[1, 2], [3]]);
  });
});

test('a report that the store can no longer read leaves its node unknown, not gone', async () => {
  const inner = await openSqliteStore(':memory:');
  const store: Store = { ...inner, bodies: async (ids) => ids.map(() => '{"schema":1') };
  const { app, as, deliver } = await openTestApp({ store });
  await deliver(seedReport(1));
  const get = async (url: string) => (await app.inject({ url, headers: as.reader })).json();
  expect(await get(`${cluster}/verify?gate=health`)).toMatchObject({ state: 'undecided' });
  expect(await get(`${cluster}/nodes/${nodeNames[0]}`)).toMatchObject({
    report: {
      sections: {
        lvm: {
          status: 'failed',
          error: { message: expect.stringMatching(/^report 1 in the store cannot be read: /) },
        },
      },
    },
  });
});

test('a token of one cluster reaches no other', async () => {
  const { app, store, deliver } = await openTestApp();
  await deliver(seedReport(1));
  await deliver(seedReport(1), 'other.example.org');
  const headers = await bearer(store, 'reader', { cluster: 'other.example.org' });
  const get = async (url: string) => (await app.inject({ url, headers })).json();
  expect(await get('/api/v1/clusters')).toMatchObject({
    clusters: [{ cluster: 'other.example.org' }],
  });
  for (const path of ['', '/policy', '/reports', '/verify?gate=health', '/nodes/n1']) {
    expect(await get(`${cluster}${path}`)).toMatchObject({ status: 403, code: 'forbidden' });
  }
  const metrics = await app.inject({ url: '/metrics', headers });
  expect(metrics.body).not.toContain(clusterName);
});
