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
import {
  createEnrolmentToken,
  createToken,
  hashOf,
  type Role,
  tokenBook,
} from '../../collector/tokens.ts';
import {
  BOOT_ID,
  machineIdOf,
  newKey,
  type SignedClient,
  signedHeaders,
} from './routes/signed-client.ts';
import { clusterName, now } from './seed-cluster.ts';

/** The built collector over a store of its own, with a token for each role. */
export interface TestApp {
  app: App;
  store: Store;
  /** the time of the collector, which tests may move */
  clock: { now: Date };
  /** the headers of a credential */
  as: Record<Role, { authorization: string }>;
  /** delivers as the node that the report names, enrolled when it is new */
  deliver(report: Delivered, cluster?: string): Promise<LightMyRequestResponse>;
}

/** A report, or what a node sends in its place. */
type Delivered = { node: string } & Record<string, unknown>;

const founder = { by: 'test', at: now };
const NEVER_TOO_MANY = { perAddress: 1_000_000, perCredential: 1_000_000 };

/** A collector as `serve` builds it, closed at the end of the test. */
export async function openTestApp(options: Partial<AppOptions> = {}): Promise<TestApp> {
  const store = options.store ?? (await openSqliteStore(':memory:'));
  const clock = { now };
  const tokens = tokenBook(store);
  const own = { store, tokens, now: () => clock.now, rates: NEVER_TOO_MANY };
  const app = await buildApp({ ...own, ...options });
  onTestFinished(async () => {
    await app.close();
    await store.close();
  });
  const as = {
    reader: await bearer(store, 'reader'),
    operator: await bearer(store, 'operator'),
    admin: await bearer(store, 'admin'),
  };
  const clients = new Map<string, Promise<SignedClient>>();
  const deliver = async (report: Delivered, cluster = clusterName) => {
    const name = `${cluster} ${report.node}`;
    const known = clients.get(name) ?? enrolled(store, { cluster, node: report.node });
    clients.set(name, known);
    const body = Buffer.from(JSON.stringify(report));
    const headers = signedHeaders(await known, { body, time: clock.now });
    return app.inject({ method: 'POST', url: '/api/v1/reports', headers, payload: body });
  };
  return { app, store, clock, as, deliver };
}

/** The headers of a fresh credential. */
export async function bearer(
  store: Store,
  role: Role,
  bound: { cluster?: string; expiresAt?: Date } = {},
): Promise<{ authorization: string }> {
  const { cluster = null, expiresAt = null } = bound;
  const request = { name: `test ${role}`, role, cluster, expiresAt };
  const { secret } = await createToken(store, request, founder);
  return { authorization: `Bearer ${secret}` };
}

/** A node that is enrolled, and has delivered nothing. */
export async function enrolled(
  store: Store,
  wanted: { cluster?: string; node: string; state?: 'active' | 'pending' },
): Promise<SignedClient> {
  const { cluster = clusterName, node, state = 'active' } = wanted;
  const key = newKey();
  const { token, secret } = await leaveToEnrol(store, { cluster, node });
  const kept = await store.enroll({
    ...{ tokenHash: secret.hash, node, key: key.id, publicKey: key.publicKey },
    machineId: machineIdOf(node),
    state,
    at: token.createdAt,
  });
  if ('refused' in kept) throw new Error(kept.refused);
  return { cluster, node, key, bootId: BOOT_ID, sequence: 0 };
}

/** A one-time token for a node: as the operator gets it, and as the store knows it. */
export async function leaveToEnrol(
  store: Store,
  { cluster = clusterName, node, ttlMs = 3_600_000 }: LeaveToEnrol,
) {
  const expiresAt = new Date(now.getTime() + ttlMs);
  const made = await createEnrolmentToken(store, { cluster, node, expiresAt }, founder);
  return { token: made.token, secret: { text: made.secret, hash: hashOf(made.secret) } };
}

export interface LeaveToEnrol {
  cluster?: string;
  node: string;
  ttlMs?: number;
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
