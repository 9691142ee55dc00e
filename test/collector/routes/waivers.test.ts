import { describe, expect, test } from 'vitest';
import { clusterName, nodeNames, now, seedReports } from '../seed-cluster.ts';
import { openTestApp } from '../test-app.ts';

const url = `/api/v1/clusters/${clusterName}/waivers`;
const waiver = {
  check: 'drbd.*',
  node: nodeNames[0],
  reason: 'the new kernel comes on Monday',
  owner: 'anna',
  expires: '2026-03-01T03:30:00Z',
};

async function openFilledApp() {
  const opened = await openTestApp();
  for (const report of seedReports()) await opened.deliver(report);
  const { app, as } = opened;
  const add = (payload: object) =>
    app.inject({ method: 'POST', url, headers: as.operator, payload });
  const get = async (path: string) => (await app.inject({ url: path, headers: as.reader })).json();
  return { ...opened, add, get };
}

test('a waiver is kept with who added it, shown, and taken back', async () => {
  const { app, as, add, get } = await openFilledApp();
  const added = await add(waiver);
  expect(added.statusCode).toBe(201);
  const kept = { id: 1, waiver, addedAt: now.toISOString(), addedBy: 'token 2 "test operator"' };
  expect(added.json()).toEqual(kept);
  expect(await get(url)).toEqual({ waivers: [kept] });
  const remove = () =>
    app.inject({ method: 'DELETE', url: `${url}/1`, headers: as.operator }).then(statusOf);
  expect([await remove(), await remove()]).toEqual([204, 404]);
  expect(await get(url)).toEqual({ waivers: [] });
});

test('a waiver of another cluster is not there', async () => {
  const { app, as, add } = await openFilledApp();
  await add(waiver);
  const elsewhere = '/api/v1/clusters/other.example.org/waivers/1';
  const answer = await app.inject({ method: 'DELETE', url: elsewhere, headers: as.operator });
  expect(answer.statusCode).toBe(404);
});

describe('refused with its path:', () => {
  test.each([
    ['no reason', { ...waiver, reason: ' ' }, 'reason'],
    ['a date for an end', { ...waiver, expires: '2027-01-31' }, 'expires'],
    ['an end that is past', { ...waiver, expires: now.toISOString() }, 'expires'],
    ['a check that is not known', { ...waiver, check: 'drbd.versoin' }, 'check'],
    ['an unknown verdict', { ...waiver, verdict: 'unknown' }, 'verdict'],
    ['a key that is not known', { ...waiver, until: 1 }, ''],
  ])('%s', async (_, payload, path) => {
    const { add } = await openFilledApp();
    expect((await add(payload)).json()).toMatchObject({ code: 'invalid_waiver', path });
  });
});

describe('in the fleet', () => {
  /** How many findings of the cluster are waived, as the interface has it at that instant. */
  async function scene() {
    const { add, get, clock, app, as, deliver } = await openFilledApp();
    const view = await get(`/api/v1/clusters/${clusterName}`);
    const wrong = view.nodes
      .flatMap((node: { findings: object[] }) => node.findings)
      .find(({ verdict }: { verdict: string }) => verdict === 'fail' || verdict === 'warn');
    const waived = async (minutes: number) => {
      clock.now = new Date(now.getTime() + minutes * 60_000);
      const { nodes } = await get(`/api/v1/clusters/${clusterName}`);
      return nodes
        .flatMap((node: { findings: object[] }) => node.findings)
        .filter((finding: object) => 'waived' in finding).length;
    };
    return { add, waived, wrong, app, as, deliver, waiver: { ...waiver, check: wrong.check } };
  }

  test('a waiver counts at once, ends at its instant, and is gone when taken back', async () => {
    const { add, waived, wrong, app, as, waiver: ours } = await scene();
    expect(await waived(0)).toBe(0);
    await add({ ...ours, node: wrong.node });
    expect(await waived(0)).toBeGreaterThanOrEqual(1);
    expect(await waived(29.999)).toBeGreaterThanOrEqual(1);
    expect(await waived(30)).toBe(0);
    expect(await waived(0)).toBeGreaterThanOrEqual(1);
    await app.inject({ method: 'DELETE', url: `${url}/1`, headers: as.operator });
    expect(await waived(0)).toBe(0);
  });

  test('a waiver that ends within the half minute of a held judgement is not held', async () => {
    const { add, waived, wrong, waiver: ours } = await scene();
    await add({ ...ours, node: wrong.node, expires: '2026-03-01T03:00:10.000Z' });
    expect(await waived(0)).toBeGreaterThanOrEqual(1);
    expect(await waived(9.999 / 60)).toBeGreaterThanOrEqual(1);
    expect(await waived(10 / 60)).toBe(0);
  });
});

test('a cluster that has a waiver and no report yet is one', async () => {
  const { app, as, add } = await openFilledApp();
  await add(waiver);
  const other = '/api/v1/clusters/new.example.org';
  const headers = as.operator;
  await app.inject({ method: 'POST', url: `${other}/waivers`, headers, payload: waiver });
  expect((await app.inject({ url: other, headers })).statusCode).toBe(200);
});

function statusOf({ statusCode }: { statusCode: number }): number {
  return statusCode;
}
