import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { adviseCpu } from '../../../collector/cpu-advice.ts';
import type { Finding } from '../../../shared/check.ts';
import { sampleReport } from '../../sample-report.ts';
import { clusterName, nodeNames, now, seedReports } from '../seed-cluster.ts';
import { openTestApp } from '../test-app.ts';

const clusterPath = `/clusters/${clusterName}`;

async function openPage() {
  const opened = await openTestApp({ openPage: true, advise: adviseCpu });
  const get = async (url: string, headers: Record<string, string> = {}) =>
    opened.app.inject({ url, headers: { accept: 'text/html', ...headers } });
  return { ...opened, get };
}

async function openSeed() {
  const opened = await openPage();
  for (const report of seedReports()) await opened.deliver(report);
  return opened;
}

/** The nodes that the grid shows. */
function gridNodes(text: string): string[] {
  return [...text.matchAll(/scope="row"><a href="[^"]*\/nodes\/([^"]*)"/g)].map(
    ([, node]) => node ?? '',
  );
}

describe('filters in the address', () => {
  test('show the findings and nodes they ask for, and say how many', async () => {
    const { get } = await openSeed();
    const { body } = await get(`${clusterPath}?verdict=&group=names&node=ganeti02&q=`);
    expect(new Set(gridNodes(body))).toEqual(new Set([nodeNames[1]]));
    expect(body).toMatch(/role="status">\d+ findings match\./);
    expect(body).toContain('<option selected>names</option>');
    expect(body).toContain('<input name="node" value="ganeti02"');
    expect([...body.matchAll(/<code class="id">([a-z]+)\./g)].map(([, group]) => group)).toEqual(
      expect.arrayContaining(['names']),
    );
    expect(body).not.toContain('<code class="id">storage.');
  });

  test('that match nothing leave the form and a word of it', async () => {
    const { get } = await openSeed();
    const { body } = await get(`${clusterPath}?q=no+such+words+anywhere`);
    expect(body).toContain('0 findings match.');
    expect(body).toContain('No node with such a finding.');
    expect(body).toContain(`<a href="${clusterPath}">Show all</a>`);
  });

  test('that are no filter are refused, and hostile ones are text', async () => {
    const { get } = await openSeed();
    expect((await get(`${clusterPath}?verdict=perhaps`)).statusCode).toBe(400);
    const { body } = await get(`${clusterPath}?q=${encodeURIComponent('"><script>alert(1)')}`);
    expect(body).toContain('value="&quot;&gt;&lt;script&gt;alert(1)"');
    expect(body).not.toContain('<script>alert');
  });
});

test('what is waived is counted apart, and is no fault of the cluster', async () => {
  const { get, app, as } = await openSeed();
  const api = `/api/v1/clusters/${clusterName}`;
  const json = async (url: string) => (await app.inject({ url, headers: as.reader })).json();
  const { nodes, summary } = await json(api);
  const found: Finding[] = nodes[0].findings;
  const fault = found.find(({ verdict }) => verdict === 'warn' || verdict === 'fail');
  if (fault?.node == null) throw new Error('the seed has no fault to waive');
  const { check, node, verdict } = fault;
  const waiver = { check, node, reason: 'new <disks> come', owner: 'anna', verdict };
  const payload = { ...waiver, expires: '2026-03-02T00:00:00Z' };
  const headers = as.operator;
  await app.inject({ method: 'POST', url: `${api}/waivers`, headers, payload });

  const after = (await json(api)).summary;
  expect([after.waived, summary.waived]).toEqual([1, 0]);
  expect(after.findings[verdict]).toBe(summary.findings[verdict] - 1);
  const { body } = await get(clusterPath);
  expect(body).toContain('; 1 waived.');
  expect(body).toContain('<span class="aside">1 waived</span>');
  const filtered = (await get(`${clusterPath}?verdict=waived`)).body;
  expect(filtered).toContain('1 finding matches.');
  expect(filtered).toContain('until 2026-03-02T00:00:00Z: new &lt;disks&gt; come');
  expect((await get('/')).body).toContain(`${clusterPath}?verdict=waived">1 waived</a>`);
});

test('the report is a file that needs nothing else', async () => {
  const { get } = await openSeed();
  const answer = await get(`${clusterPath}/report.html?gate=health`);
  expect(answer.headers['content-disposition']).toBe(
    `attachment; filename="${clusterName}-health-2026-03-01.html"`,
  );
  expect(answer.body).toContain('<!DOCTYPE html>');
  expect(answer.body).toContain(clusterName);
  expect((await get(`${clusterPath}/report.html?gate=none`)).statusCode).toBe(400);
});

test('pages are sent compressed to whoever takes that, and only then', async () => {
  const { get } = await openSeed();
  const plain = await get(clusterPath);
  const packed = await get(clusterPath, { 'accept-encoding': 'br, gzip' });
  const refused = await get(clusterPath, { 'accept-encoding': 'gzip;q=0' });
  expect([plain, packed, refused].map(({ headers }) => headers['content-encoding'])).toEqual([
    undefined,
    'gzip',
    undefined,
  ]);
  expect(gunzipSync(packed.rawPayload).toString()).toBe(plain.body);
  expect(packed.rawPayload.length * 3).toBeLessThan(plain.rawPayload.length);
  expect(packed.headers.vary).toBe('accept-encoding');
});

test('what changed in the last day is told with what it was before', async () => {
  const { get, store } = await openSeed();
  const [node = ''] = nodeNames;
  const change = { node, was: 'pass', verdict: 'fail', fails: 1, unknowns: 0, warns: 0 } as const;
  const at = new Date(now.getTime() - 7_200_000);
  const old = new Date(now.getTime() - 90_000_000);
  await store.noteStandings(clusterName, [
    { ...change, at: old, verdict: 'warn' },
    { ...change, at },
  ]);
  const { body } = await get(clusterPath);
  const changes = body.slice(body.indexOf('id="changes"'), body.indexOf('id="nodes"'));
  expect(changes).toMatch(/ganeti01[\s\S]*pass<\/span> →[\s\S]*fail<\/span>[\s\S]*2 h ago/);
  expect(changes).not.toContain('warn</span>');
});

test('above forty nodes those of which the same is to be said share a row', async () => {
  const { get, deliver, clock } = await openPage();
  const sample = sampleReport();
  clock.now = new Date(Date.parse(sample.collectedAt) + 60_000);
  const names = Array.from({ length: 41 }, (_, index) => `n${String(index).padStart(2, '0')}`);
  for (const node of names) {
    const report = structuredClone(sample);
    if (node === 'n07') delete report.sections.lvm;
    await deliver({ ...report, node }, 'many');
  }
  const { body } = await get('/clusters/many');
  const grid = body.slice(body.indexOf('class="grid"'), body.indexOf('Across the nodes'));
  expect(grid).toMatch(/<summary>\d+ nodes alike/);
  expect(grid.match(/<tr role="row">/g)?.length).toBeLessThan(6);
  for (const node of names) expect(grid).toContain(`/nodes/${node}"`);
  expect(body).toContain('The 40 with the least left');
});

test('one cluster that cannot be judged hides no other', async () => {
  const { get, store } = await openSeed();
  const text = 'nodes: [';
  await store.putPolicy('broken', { text, digest: 'd' }, { by: 'test', at: now });
  const answer = await get('/');
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toMatch(/<h2>broken<\/h2>[\s\S]*It could not be judged/);
  expect(answer.body).toContain(`<a href="${clusterPath}">`);
});
