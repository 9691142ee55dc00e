import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collectReport } from '../agent/collect.ts';
import { openRecordedHost } from '../agent/host/recorded.ts';
import { probes } from '../agent/probes/index.ts';
import { adviseCpu } from '../collector/cpu-advice.ts';
import { parsePolicy } from '../shared/policy-file.ts';
import { clusterName } from './collector/seed-cluster.ts';
import { openTestApp } from './collector/test-app.ts';
import { openReceiver, secretBytes } from './collector/webhook/receiver.ts';
import { untilKnown } from './collector/webhook/sending.ts';
import { root } from './requirements.ts';

const names = ['ganeti01', 'ganeti02', 'ganeti03'].map((name) => `${name}.example.org`);
const policyText = [
  'cluster: {name: ganeti-cluster01.example.org, address: 192.0.2.4}',
  'nodes:',
  ...names.map((name, index) => `  - {name: ${name}, address: 192.0.2.${5 + index}}`),
  'thresholds: {maximumAge: 3650d}',
  '',
].join('\n');

async function reportOf(index: number) {
  const host = await openRecordedHost(join(root, 'test', 'hosts', `seed-ganeti0${index + 1}`));
  const parsed = parsePolicy(policyText, 'policy.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return collectReport({
    ...{ host, probes, policy: parsed.policy, version: '0.1.0', privileged: true },
    now: new Date(host.takenAt ?? 0),
  });
}

test('recorded hosts → reports → judgement → a change → the feed and the webhook', async () => {
  const receiver = await openReceiver();
  const target = { url: new URL(receiver.url), secrets: [secretBytes] };
  // It looks for itself only after an hour: what comes before is told by the announcement itself.
  const { app, store, as, clock, deliver } = await openTestApp({
    ...{ advise: adviseCpu, webhook: target, announceAfter: { of: 1, among: 1 } },
    webhookPace: { lookMs: 3_600_000, answerMs: 10_000, stopMs: 0 },
  });
  clock.now = new Date('2026-11-22T12:00:00.000Z');
  const put = await app.inject({
    method: 'PUT',
    url: `/api/v1/clusters/${clusterName}/policy`,
    headers: { ...as.operator, 'content-type': 'application/yaml' },
    payload: policyText,
  });
  expect(put.statusCode).toBe(200);
  const reports = await Promise.all(names.map((_, index) => reportOf(index)));
  const collectedAt = clock.now.toISOString();
  for (const report of reports) {
    expect((await deliver({ ...report, collectedAt })).statusCode).toBe(200);
  }
  await app.listen({ host: '127.0.0.1', port: 0 });
  await untilKnown({ store, target });
  while ((await store.announced(clusterName)).length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(await store.lastEvent()).toBe(0);

  const [report] = reports;
  if (report === undefined) throw new Error('there is no report');
  const error = { kind: 'timed_out', message: 'it hangs', source: null } as const;
  const sections = { ...report.sections, qemu: { status: 'failed', error } };
  clock.now = new Date('2026-11-22T12:15:00.000Z');
  const changed = await deliver({ ...report, collectedAt: clock.now.toISOString(), sections });
  expect(changed.statusCode).toBe(200);
  const received = await receiver.until(2);
  const bodies = expectedBodies(clock.now);
  expect(received.map(({ body, genuine }) => ({ body, genuine }))).toEqual(
    bodies.map((body) => ({ body, genuine: true })),
  );

  const feed = await app.inject({ url: '/api/v1/events', headers: as.reader });
  expect(feed.json()).toEqual({
    events: bodies.map(({ type, timestamp, data }) => ({ type, at: timestamp, ...data })),
    last: 2,
  });
  const metrics = await app.inject({ url: '/metrics', headers: as.reader });
  expect(metrics.body).toMatch(/^muster_events_total\{type="drift"\} 1$/m);
  expect(metrics.body).toMatch(/^muster_events_total\{type="recommendation.changed"\} 1$/m);
}, 180_000);

/** What is told of a node whose QEMU is not known any more. */
function expectedBodies(now: Date) {
  const at = { timestamp: now.toISOString() };
  const [node] = names;
  return [
    {
      ...{ ...at, type: 'recommendation.changed' },
      data: {
        ...{ id: 1, cluster: clusterName, subject: '', page: `/clusters/${clusterName}` },
        ...{ was: expect.stringMatching(/^Broadwell-v4,/), now: 'undecided' },
        detail: [
          'None is recommended while these nodes are not known.',
          `${node}: section "qemu" failed: it hangs`,
        ],
      },
    },
    {
      ...{ ...at, type: 'drift' },
      data: {
        ...{ id: 2, cluster: clusterName, subject: node },
        page: `/clusters/${clusterName}/nodes/${node}`,
        ...{ was: expect.any(String), now: expect.any(String) },
        detail: expect.arrayContaining(['other facts in: qemu']),
      },
    },
  ];
}
