import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collectReport } from '../agent/collect.ts';
import { openRecordedHost } from '../agent/host/recorded.ts';
import { probes } from '../agent/probes/index.ts';
import { adviseCpu } from '../collector/cpu-advice.ts';
import type { Policy } from '../shared/policy.ts';
import { parsePolicy } from '../shared/policy-file.ts';
import type { Report } from '../shared/report.ts';
import { clusterName } from './collector/seed-cluster.ts';
import { openTestApp } from './collector/test-app.ts';
import { root } from './requirements.ts';

const nodes = ['ganeti01', 'ganeti02', 'ganeti03'].map((name) => `${name}.example.org`);
const policyText = [
  'cluster: {name: ganeti-cluster01.example.org, address: 192.0.2.4}',
  'nodes:',
  '  - {name: ganeti01.example.org, address: 192.0.2.5}',
  '  - {name: ganeti02.example.org, address: 192.0.2.6}',
  '  - {name: ganeti03.example.org, address: 192.0.2.6}',
  'hvparams: {cpu_type: CascadeLake}',
  'thresholds: {maximumAge: 3650d}',
  '',
].join('\n');

/** From three recorded hosts, the cluster of the guide, to everything an operator can look at. */
describe('the golden flow of the seed cluster', () => {
  test('recorded hosts → reports → POST → SQLite → fleet → page → gate', async () => {
    const { app, as, deliver, clock } = await openTestApp({ openPage: true, advise: adviseCpu });
    clock.now = new Date('2026-11-22T12:00:00.000Z');
    const put = await app.inject({
      method: 'PUT',
      url: `/api/v1/clusters/${clusterName}/policy`,
      headers: { ...as.operator, 'content-type': 'application/yaml' },
      payload: policyText,
    });
    expect(put.statusCode).toBeLessThan(300);

    for (const [index] of nodes.entries()) {
      const delivered = await deliver(await reportOf(index));
      expect(delivered.statusCode).toBe(200);
    }

    const get = (path: string) =>
      app.inject({ url: path, headers: { ...as.reader, accept: 'text/html, application/json' } });
    const fleet = await get(`/api/v1/clusters/${clusterName}`);
    expect(fleet.json().nodes.map(({ node }: { node: string }) => node)).toEqual(nodes);

    const gate = await get(`/api/v1/clusters/${clusterName}/verify?gate=install`);
    const { state, deciding } = gate.json();
    expect(state).toBe('closed');
    await expect(told(deciding)).toMatchFileSnapshot('golden/flow-gate.txt');

    const page = await get(`/clusters/${clusterName}`);
    await expect(stable(page.body)).toMatchFileSnapshot('golden/flow-cluster-page.html');
  });
});

async function reportOf(index: number): Promise<Report> {
  const host = await openRecordedHost(join(root, 'test', 'hosts', `seed-ganeti0${index + 1}`));
  const report = await collectReport({
    host,
    policy: seedPolicy(),
    probes,
    now: new Date(host.takenAt ?? 0),
    version: '0.1.0',
    privileged: true,
  });
  return { ...report, tookMs: {} };
}

function seedPolicy(): Policy {
  const result = parsePolicy(policyText, 'seed.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.policy;
}

interface Told {
  verdict: string;
  check: string;
  node: string | null;
  subject?: string;
  message: string;
  remedy?: string;
}

function told(findings: Told[]): string {
  const lines = findings.map(({ verdict, check, node, subject, message, remedy }) => {
    const where = [node ?? 'cluster', subject].filter((part) => part !== undefined).join(' ');
    return `${verdict} ${check} [${where}] ${message}\n  → ${remedy ?? 'no remedy given'}`;
  });
  return `${lines.join('\n')}\n`;
}

/** The page without what changes from build to build. */
function stable(html: string): string {
  return html.replaceAll(/\?v=[0-9a-f]+/g, '?v=BUILD');
}
