import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { collectReport } from '../../../agent/collect.ts';
import { openRecordedHost } from '../../../agent/host/recorded.ts';
import { probes } from '../../../agent/probes/index.ts';
import { adviseCpu } from '../../../collector/cpu-advice.ts';
import { createToken, type Role } from '../../../collector/tokens.ts';
import { policySchema } from '../../../shared/policy.ts';
import type { Report } from '../../../shared/report.ts';
import { root } from '../../requirements.ts';
import { clusterName, now } from '../seed-cluster.ts';
import { openTestApp, type TestApp } from '../test-app.ts';

/** A node whose name would run in a browser that took it for markup. */
export const hostile = '<img src=x onerror=alert(1)>.example.org';
export const nodes = [1, 2, 3].map((number) => `ganeti0${number}.example.org`);
export const clusterPath = `/clusters/${clusterName}`;
export const nodePath = `${clusterPath}/nodes/${nodes[0]}`;

const MINUTE_MS = 60_000;
const policyText = `cluster: {name: ${clusterName}, address: 192.0.2.4}
nodes:
  - {name: ganeti01.example.org, address: 192.0.2.5}
  - {name: ganeti02.example.org, address: 192.0.2.6}
  - {name: ganeti03.example.org, address: 192.0.2.7}
  - {name: ganeti04.example.org, address: 192.0.2.8}
`;

/** A real browser on a real collector; what the browser complains of is kept. */
export interface Scene extends TestApp {
  base: string;
  said: string[];
  /** a page with cookies of its own */
  open(width?: number, more?: BrowserContextOptions): Promise<Page>;
  /** a page of somebody who signed in by the form */
  signedIn(role: Role, path?: string): Promise<Page>;
}

/** The guide's cluster as three recorded hosts tell it, one node silent, one unwanted. */
export async function openScene(options: { openPage?: boolean } = {}): Promise<Scene> {
  const opened = await openTestApp({ openPage: true, advise: adviseCpu, ...options });
  const { app, as, deliver, clock } = opened;
  await app.inject({
    method: 'PUT',
    url: `/api/v1${clusterPath}/policy`,
    headers: { ...as.operator, 'content-type': 'application/yaml' },
    payload: policyText,
  });
  const look = () => app.inject({ url: `/api/v1${clusterPath}`, headers: as.reader });
  for (const ageMinutes of [60, 30, 5]) {
    clock.now = new Date(now.getTime() - ageMinutes * MINUTE_MS);
    for (const name of nodes) {
      const report = await recordedReport(name, clock.now);
      if (ageMinutes === 60 && name === nodes[0]) forget(report);
      await deliver(report);
    }
    if (ageMinutes === 5)
      await deliver({ ...(await recordedReport(nodes[0], clock.now)), node: hostile });
    await look();
  }
  clock.now = now;
  return browsing(opened);
}

/** A real browser on a collector, which listens from now on. */
export async function browsing(opened: TestApp): Promise<Scene> {
  const { app, store, clock } = opened;
  const base = await app.listen({ host: '127.0.0.1', port: 0 });
  const browser = await launched();
  const said: string[] = [];

  async function open(width = 1440, more: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, ...more });
    const page = await context.newPage();
    listen(page, { base, said });
    return page;
  }

  async function signedIn(role: Role, path = '/'): Promise<Page> {
    const request = { name: `the ${role}`, role, cluster: null, expiresAt: null };
    const { secret } = await createToken(store, request, { by: 'test', at: clock.now });
    const page = await open();
    await page.goto(`${base}/sign-in?next=${encodeURIComponent(path)}`);
    await page.getByLabel('Token').fill(secret);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(base + path);
    return page;
  }

  return { ...opened, base, said, open, signedIn };
}

/** A report from before its node had a volume group. */
function forget({ sections }: Report): void {
  if (sections.lvm?.status === 'ok') sections.lvm.facts.volumeGroups = [];
}

const collected = new Map<string, Promise<Report>>();

/** A recorded host is read once; after that only the time of its report is another. */
async function recordedReport(name = '', at: Date): Promise<Report> {
  const known = collected.get(name) ?? readRecorded(name, at);
  collected.set(name, known);
  return { ...structuredClone(await known), collectedAt: at.toISOString() };
}

async function readRecorded(name: string, at: Date): Promise<Report> {
  const folder = `seed-${name.split('.', 1)[0] ?? ''}`;
  const host = await openRecordedHost(join(root, 'test', 'hosts', folder));
  const policy = policySchema.parse({});
  return collectReport({
    ...{ host, policy, probes, node: name, now: at },
    version: '0.1.0',
    privileged: true,
  });
}

async function launched(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  onTestFinished(() => browser.close());
  return browser;
}

function listen(page: Page, { base, said }: { base: string; said: string[] }): void {
  page.on('console', (message) => void said.push(message.text()));
  page.on('pageerror', (error) => void said.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => void said.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(base)) said.push(`asked elsewhere: ${request.url()}`);
  });
}

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

/** What axe-core finds on the page that is serious or critical, as rule and place. */
export async function seriousFaults(page: Page): Promise<string[]> {
  // Evaluated from outside: the page's own policy lets no such script in.
  await page.evaluate(axeSource);
  return page.evaluate(`axe.run(document).then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => id + ': ' + node.html.slice(0, 160))))`);
}
