import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import type { Report } from '../../../shared/report.ts';
import { GIB } from '../../../shared/units.ts';
import { linesOf, serve } from '../commands/served.ts';
import { ask } from '../routes/live-collector.ts';
import { type SignedClient, signedHeaders } from '../routes/signed-client.ts';
import { clusterName, seedReport } from '../seed-cluster.ts';
import { bearer, enrolled, temporaryFolder } from '../test-app.ts';
import { openReceiver, secretText, status } from './receiver.ts';

/**
 * Judgements come every ten seconds, and a lease of who was killed ends after twenty: 50 s in all,
 * and several times that beside the other tests.
 */
const LIMIT_MS = 300_000;

/** Delivers as an agent does, taken now. */
async function deliver(port: number, client: SignedClient, report: Report): Promise<void> {
  const time = new Date();
  const body = Buffer.from(JSON.stringify({ ...report, collectedAt: time.toISOString() }));
  const headers = signedHeaders(client, { body, time });
  const answer = await ask(port, { path: '/api/v1/reports', method: 'POST', headers, body });
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
}

test(
  'a change of a node is told, also when the collector is killed before it is',
  async () => {
    const folder = temporaryFolder();
    const database = join(folder, 'muster.db');
    const secretFile = join(folder, 'secret');
    writeFileSync(secretFile, secretText, { mode: 0o600 });
    const receiver = await openReceiver();
    const webhook = `${receiver.url}?key=hunter2`;
    const options = ['--webhook', webhook, '--webhook-secret-file', secretFile];
    const often = ['--announce-after', '1/1'];
    const { child, port, ended } = await serve(database, ...options, ...often);
    const store = await openSqliteStore(database);
    onTestFinished(() => store.close());
    const client = await enrolled(store, { node: seedReport(1).node });
    await deliver(port, client, seedReport(1));
    while ((await store.announced(clusterName)).length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await store.lastEvent()).toBe(0);

    receiver.react = () => undefined;
    const changed = seedReport(1, (facts) => {
      facts.memory.totalBytes = 30 * GIB;
    });
    await deliver(port, client, changed);
    await receiver.until(1);
    child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    const events = await store.events({ after: 0, limit: 100 });
    expect(events.map(({ type, subject }) => `${type} ${subject}`)).toContain(
      `drift ${client.node}`,
    );

    receiver.react = status(500);
    const next = await serve(database, ...options, ...often);
    const log = linesOf(next.child);
    await receiver.until(2);
    await log.matching(/did not take event/);
    expect(log.rest()).not.toMatch(/hunter2|whsec_|hook\?/);
    receiver.react = status(204);
    const received = await receiver.until(2 + events.length);
    const ids = received.map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual(Array(3).fill(ids[0]));
    expect(new Set(ids.slice(2)).size).toBe(events.length);
    expect(received.map(({ genuine }) => genuine)).toEqual(received.map(() => true));
    expect(received.slice(2).map(({ body }) => (body as { type: string }).type)).toEqual(
      events.map(({ type }) => type),
    );
    const last = received.at(-1);
    expect(Math.abs(Date.now() / 1000 - (last?.timestamp ?? 0))).toBeLessThan(60);

    const headers = await bearer(store, 'reader');
    const feed = await ask(next.port, { path: '/api/v1/events', headers });
    expect(feed.json).toMatchObject({ last: events.at(-1)?.id });
  },
  LIMIT_MS,
);
