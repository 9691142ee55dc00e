import { describe, expect, test } from 'vitest';
import { factsList } from '../../../collector/web/facts.ts';
import { causesOf } from '../../../collector/web/findings.ts';
import { gridOf } from '../../../collector/web/grid.ts';
import { showHtml } from '../../../collector/web/html.ts';
import type { Finding, Verdict } from '../../../shared/check.ts';
import type { Fleet, FleetNode } from '../../../shared/fleet.ts';
import type { GateResult } from '../../../shared/gate.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { clusterName, nodeNames, now, seedReport, seedReports } from '../seed-cluster.ts';
import { openTestApp, type TestApp } from '../test-app.ts';

function finding(check: string, verdict: Verdict, more: Partial<Finding> = {}): Finding {
  return { check, title: `Title of ${check}`, node: null, verdict, message: 'found', ...more };
}

async function openPage(): Promise<TestApp & { get(url: string): Promise<string> }> {
  const opened = await openTestApp({ openPage: true });
  const get = async (url: string) => {
    const answer = await opened.app.inject({ url, headers: { accept: 'text/html' } });
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    return answer.body;
  };
  return { ...opened, get };
}

test('a collector that knows nothing says how to begin', async () => {
  const { get } = await openPage();
  const words = /No report yet[\s\S]*muster token create --cluster NAME --node NODE/;
  expect(await get('/')).toMatch(words);
});

test('the front page shows each cluster with its gates in words, nodes and ages', async () => {
  const { get, deliver } = await openPage();
  for (const report of seedReports()) await deliver(report);
  const text = await get('/');
  expect(text).toContain(`<a href="/clusters/${clusterName}">${clusterName}</a>`);
  expect(text).toMatch(/install<\/span> <span class="badge (open|closed|undecided)">/);
  expect(text).toContain('<dd>3 of 3</dd>');
  expect(text).toContain(
    '<time datetime="2026-03-01T02:48:00Z" title="2026-03-01 02:48:00 UTC">12 min ago</time>',
  );
});

test('a cluster, a node and their links agree', async () => {
  const { get, deliver } = await openPage();
  for (const report of seedReports()) await deliver(report);
  const cluster = await get(`/clusters/${clusterName}`);
  const links = [...cluster.matchAll(/href="(\/clusters\/[^"#]*\/nodes\/[^"#]*)/g)].map(
    ([, href]) => href ?? '',
  );
  expect(new Set(links)).toEqual(
    new Set(nodeNames.map((node) => `/clusters/${clusterName}/nodes/${node}`)),
  );
  for (const link of links) expect(await get(link)).toContain('<h2 id="facts">Facts</h2>');
});

test('what is not there is a page that says so', async () => {
  const { get } = await openPage();
  expect(await get('/clusters/none')).toContain('there is no cluster &quot;none&quot;');
  expect(await get('/nothing')).toContain('there is nothing at this address');
});

test('without a token the page says what to do', async () => {
  const { app } = await openTestApp();
  const answer = await app.inject({ url: '/', headers: { accept: 'text/html' } });
  expect(answer.statusCode).toBe(401);
  expect(answer.body).toContain('--open-page');
});

test('the stylesheet is sent again only when it changed', async () => {
  const { app } = await openTestApp();
  const first = await app.inject({ url: '/assets/style.css' });
  const etag = String(first.headers.etag);
  const again = await app.inject({
    url: '/assets/style.css',
    headers: { 'if-none-match': etag },
  });
  expect([first.statusCode, again.statusCode, again.body]).toEqual([200, 304, '']);
  expect(first.headers['content-type']).toBe('text/css; charset=utf-8');
});

describe('names that are hostile', () => {
  const names = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "'onmouseover='alert(1)",
    '../../healthz',
    'a/b?c=d#e',
    '%3Cb%3E%2F..%00',
    'javascript:alert(1)',
    '{{constructor}}',
    '\u202egro.elpmaxe.edon',
  ];
  test.each(names)('%s is shown as text, and its page is found', async (node) => {
    const { get, deliver, app, as } = await openPage();
    expect((await deliver({ ...seedReport(1), node })).statusCode).toBe(200);
    const link = `/clusters/${clusterName}/nodes/${encodeURIComponent(node)}`;
    const pages = [await get('/'), await get(`/clusters/${clusterName}`), await get(link)];
    for (const text of pages) {
      const foreign = text.replace('<script type="module" src="/assets/muster.js"></script>', '');
      expect(foreign).not.toMatch(/<script|<img|onerror=[^&]*>|'onmouseover|\u202e/);
    }
    for (const text of pages.slice(0, 2)) {
      expect(text).toContain(`href="${link.replaceAll("'", '&#39;')}`);
    }
    const json = await app.inject({ url: `/api/v1${link}`, headers: as.reader });
    expect(json.json().node).toBe(node);
  });
});

describe('the grid', () => {
  const node = (name: string, freshness: FleetNode['freshness'], findings: Finding[]) => {
    const report = freshness === 'missing' ? null : seedReport(1);
    return { node: name, expected: true, freshness, report, ageMs: 1, findings };
  };
  const fleet: Fleet = {
    cluster: 'c1',
    policy: defaultPolicy(),
    now,
    nodes: [
      node('a', 'fresh', [finding('cpu.x', 'pass'), finding('lvm.x', 'pass')]),
      node('b', 'fresh', [finding('cpu.x', 'pass'), finding('cpu.y', 'warn')]),
      node('c', 'missing', [finding('fleet.report', 'unknown')]),
      node('d', 'fresh', [finding('cpu.x', 'pass')]),
    ],
    clusterFindings: [finding('names.x', 'fail', { node: 'd' }), finding('os.x', 'pass')],
  };

  test('has the worst verdict in each cell, the worst node first', () => {
    const { groups, rows, across } = gridOf(fleet);
    expect(groups).toEqual(['cpu', 'lvm', 'fleet', 'names']);
    const shown = rows.map((row) => [row.node.node, Object.fromEntries(row.cells)]);
    expect(shown).toEqual([
      ['d', { cpu: 'pass', names: 'fail' }],
      ['c', { fleet: 'unknown', cpu: 'unknown', lvm: 'unknown', names: 'unknown' }],
      ['b', { cpu: 'warn' }],
      ['a', { cpu: 'pass', lvm: 'pass' }],
    ]);
    expect(Object.fromEntries(across)).toEqual({ os: 'pass' });
  });
});

test('causes: one check on many nodes is one, and so is one reason for many unknowns', () => {
  const gate = (id: string, deciding: Finding[]): GateResult => ({
    gate: id,
    title: id,
    cluster: 'c1',
    state: 'closed',
    at: '',
    nodes: [],
    deciding,
    findings: deciding,
  });
  const failA = finding('lvm.x', 'fail', { node: 'a' });
  const failB = finding('lvm.x', 'fail', { node: 'b', message: 'other' });
  const silent = { message: 'no report of c' };
  const unknowns = ['cpu.x', 'cpu.y'].map((check) => finding(check, 'unknown', silent));
  const causes = causesOf([gate('install', [...unknowns, failA, failB]), gate('health', [failA])]);
  expect(
    causes.map((cause) => ({
      checks: [...cause.checks.keys()],
      gates: [...cause.gates],
      findings: cause.findings,
    })),
  ).toEqual([
    { checks: ['lvm.x'], gates: ['install', 'health'], findings: [failA, failB] },
    { checks: ['cpu.x', 'cpu.y'], gates: ['install'], findings: unknowns },
  ]);
});

describe('facts', () => {
  test.each([
    [{ totalBytes: 1024 }, '1 KiB (1024 B)'],
    [{ skewMs: 61_000 }, '1 min 1 s'],
    [{ offsetMs: -0.25 }, '-0.25 ms'],
    [{ loaded: false }, 'no'],
    [{ vendor: null }, '<span class="none">not known</span>'],
    [{ names: [] }, '<span class="none">none</span>'],
    [{ flags: ['a', '<b>'] }, '<span class="words">a &lt;b&gt;</span>'],
    [{ fqdn: { status: 'ok', value: 'n1' } }, 'n1'],
    [
      { fqdn: { status: 'failed', error: { kind: 'denied', message: 'no <right>' } } },
      '<span class="unread">could not be read: no &lt;right&gt;</span>',
    ],
  ])('%j reads as %s', (facts, text) => {
    expect(showHtml(factsList(facts))).toContain(`<dd>${text}</dd>`);
  });
});
