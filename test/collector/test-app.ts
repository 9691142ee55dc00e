import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { LightMyRequestResponse } from 'fastify';
import { onTestFinished } from 'vitest';
import { type AppOptions, buildApp } from '../../collector/app.ts';
import type { App } from '../../collector/routes/context.ts';
import { openSqliteStore } from '../../collector/store/sqlite.ts';
import type { Store } from '../../collector/store/store.ts';
import { createToken, type Role, tokenBook } from '../../collector/tokens.ts';
import { clusterName, now } from './seed-cluster.ts';

/** The built collector over a store of its own, with a token for each role. */
export interface TestApp {
  app: App;
  store: Store;
  /** the time of the collector, which tests may move */
  clock: { now: Date };
  /** the headers of a credential */
  as: Record<Role, { authorization: string }>;
  deliver(report: unknown, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
}

/** A collector as `serve` builds it, closed at the end of the test. */
export async function openTestApp(options: Partial<AppOptions> = {}): Promise<TestApp> {
  const store = options.store ?? (await openSqliteStore(':memory:'));
  const clock = { now };
  const tokens = tokenBook(store);
  const app = await buildApp({ store, tokens, now: () => clock.now, ...options });
  onTestFinished(async () => {
    await app.close();
    await store.close();
  });
  const as = {
    agent: await bearer(store, 'agent', { cluster: clusterName }),
    reader: await bearer(store, 'reader'),
    operator: await bearer(store, 'operator'),
    admin: await bearer(store, 'admin'),
  };
  const deliver = (report: unknown, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: '/api/v1/reports',
      headers: { 'content-type': 'application/json', ...as.agent, ...headers },
      payload: JSON.stringify(report),
    });
  return { app, store, clock, as, deliver };
}

/** The headers of a fresh credential. */
export async function bearer(
  store: Store,
  role: Role,
  bound: { cluster?: string; node?: string; expiresAt?: Date } = {},
): Promise<{ authorization: string }> {
  const { cluster = null, node = null, expiresAt = null } = bound;
  const request = { name: `test ${role}`, role, cluster, node, expiresAt };
  const { secret } = await createToken(store, request, now);
  return { authorization: `Bearer ${secret}` };
}

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A delivery's body as an agent sends it. */
export function gzipped(report: unknown): Buffer {
  return gzipSync(JSON.stringify(report));
}
