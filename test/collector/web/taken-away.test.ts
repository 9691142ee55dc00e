import { expect, test } from 'vitest';
import { adviseCpu } from '../../../collector/cpu-advice.ts';
import { clusterName, nodeNames, now, seedReport, seedReports } from '../seed-cluster.ts';
import { openTestApp } from '../test-app.ts';

const clusterPath = `/clusters/${clusterName}`;
const nodePath = `${clusterPath}/nodes/${nodeNames[0]}`;

/** The guide's cluster, of which the first node changed an hour ago. */
async function openSeed() {
  const opened = await openTestApp({ openPage: true, advise: adviseCpu });
  const { app, as, deliver } = opened;
  const before = seedReport(1, ({ os }) => {
    os.kernelRelease = '6.1.0-0-amd64';
  });
  await deliver({ ...before, collectedAt: '2026-03-01T01:48:00Z' });
  for (const report of seedReports()) await deliver(report);
  const get = async (url: string) => {
    const answer = await app.inject({ url, headers: { ...as.reader, accept: 'text/html' } });
    expect([url, answer.statusCode]).toEqual([url, 200]);
    return answer;
  };
  return { ...opened, get };
}

/** What a page offers as JSON: the words, and the address. */
function jsonLinks(page: string): [string, string][] {
  const foot = page.slice(page.indexOf('<footer'));
  return [...foot.matchAll(/<a href="(\/api[^"]*)">([^<]*)/g)].map(([, href = '', words = '']) => [
    words,
    href.replaceAll('&amp;', '&'),
  ]);
}

test.each([
  ['/', ['clusters']],
  [clusterPath, ['nodes and findings', 'changes', 'cpu_type', 'migration', 'names']],
  [nodePath, ['report and findings', 'timeline', 'reports', 'what changed']],
  [`${clusterPath}/gate?gate=health&leave=${nodeNames[2]}`, ['the answer']],
  [`${clusterPath}/waivers`, ['waivers']],
  ['/operations', ['refused deliveries']],
])('the view %s can be had as JSON', async (path, words) => {
  const { get } = await openSeed();
  const links = jsonLinks((await get(path)).body);
  expect(links.map(([told]) => told)).toEqual(words);
  for (const [, href] of links) expect(typeof (await get(href)).json()).toBe('object');
});

test('the JSON of a gate after a change is the answer that its page shows', async () => {
  const { get } = await openSeed();
  const query = `gate=health&leave=${nodeNames[2]}`;
  const { body } = await get(`${clusterPath}/gate?${query}`);
  const answer = (await get(`/api/v1${clusterPath}/verify?${query}`)).json();
  expect(body).toContain(`<span class="badge ${answer.state}">`);
  expect(answer.nodes.map(({ node }: { node: string }) => node)).toEqual(nodeNames.slice(0, 2));
  const asItIs = (await get(`/api/v1${clusterPath}/verify?gate=health`)).json();
  expect(asItIs.nodes).toHaveLength(3);
});

test('what changed and the figures over time are told with their instants', async () => {
  const { get } = await openSeed();
  await get(clusterPath);
  const { changes, series } = (await get(`/api/v1${nodePath}/timeline`)).json();
  expect(changes).toMatchObject([{ node: nodeNames[0], at: now.toISOString(), was: null }]);
  expect(series.map(({ at }: { at: string }) => at)).toEqual([
    '2026-03-01T01:48:00.000Z',
    '2026-03-01T02:48:00.000Z',
  ]);
  const recent = (await get(`/api/v1${clusterPath}/changes?days=2`)).json();
  expect(recent.changes).toHaveLength(4);
  const days = { url: `/api/v1${clusterPath}/changes?days=0` };
  const { app, as } = await openTestApp();
  expect((await app.inject({ ...days, headers: as.reader })).statusCode).toBe(400);
});

test('any two reports can be compared, those of another page of the list too', async () => {
  const { get, deliver } = await openSeed();
  for (let second = 0; second < 201; second++) {
    const at = new Date(now.getTime() - 600_000 + second * 1000).toISOString();
    await deliver({ ...seedReport(1), collectedAt: at });
  }
  const { body } = await get(nodePath);
  const older = /href="([^"]*before=\d+[^"]*)">Older reports/.exec(body)?.[1] ?? '';
  const next = (await get(older.replaceAll('&amp;', '&'))).body;
  const choices = (page: string) =>
    new Set([...page.matchAll(/<option value="(\d+)"/g)].map(([, id]) => id));
  // The two that are compared are the oldest, and chosen in both.
  expect([choices(body).size, choices(next).size]).toEqual([202, 3]);
  expect([...choices(next)].filter((id) => !choices(body).has(id))).toHaveLength(1);
  expect(next).not.toContain('Older reports');
  expect(next).toContain('6.1.0-0-amd64');
}, 60_000);
