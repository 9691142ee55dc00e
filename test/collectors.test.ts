import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgresStore } from '../collector/store/postgres.ts';
import type { Store } from '../collector/store/store.ts';
import { createToken, type Role } from '../collector/tokens.ts';
import { ask, type Wanted } from './collector/routes/live-collector.ts';
import {
  enrolmentBody,
  newKey,
  type SignedClient,
  signedHeaders,
} from './collector/routes/signed-client.ts';
import { enrolled, leaveToEnrol } from './collector/test-app.ts';
import { type PostgresServer, postgres, startPostgres } from './postgres-server.ts';
import { describeWith, program } from './requirements.ts';
import { buildPrograms } from './soak/programs.ts';
import { type Site, startSite } from './soak/site.ts';

const needs = [postgres, program('nginx', 'nginx-light')];
const cluster = 'c1';
/** Tests elsewhere take place in the past; these processes live now. */
const ttlMs = 100 * 365 * 86_400_000;

describeWith(needs, 'two collectors over one PostgreSQL, behind nginx', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-collectors-'));
  let server: PostgresServer;
  let site: Site;
  let store: Store;
  beforeAll(async () => {
    server = await startPostgres();
    await server.run('postgres', 'CREATE DATABASE shared');
    const programs = await buildPrograms(folder);
    site = await startSite({ folder, programs, database: server.url('shared'), collectors: 2 });
    store = await openPostgresStore(server.url('shared'));
  });
  afterAll(async () => {
    await store?.close();
    await site?.end();
    await server?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Asks one collector or the other. */
  const askOne = (index: number, wanted: Wanted) =>
    ask(site.running[index % 2]?.port ?? 0, { ...wanted, ca: ca() });
  /** Asks as everybody does, through nginx. */
  const askAny = (wanted: Wanted) => ask(site.port, { ...wanted, ca: ca() });
  /** As an agent does: what nginx alone answers (502, 504) is asked again, the same bytes. */
  async function insisting(wanted: Wanted) {
    for (let tries = 0; tries < 50; tries++) {
      const answer = await askAny(wanted);
      if (answer.status !== 502 && answer.status !== 504) return answer;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error('nginx reached neither collector for ten seconds');
  }
  const askBoth = (wanted: Wanted) => Promise.all([askOne(0, wanted), askOne(1, wanted)]);
  const ca = () => readFileSync(site.ca ?? '', 'utf8');

  async function credential(role: Role) {
    const request = { name: role, role, cluster: null, expiresAt: null };
    const change = { by: 'test', at: new Date() };
    const { secret, token } = await createToken(store, request, change);
    return { secret, id: token.id, headers: { authorization: `Bearer ${secret}` } };
  }

  function delivery(client: SignedClient, version: string, sequence?: number): Wanted {
    const time = new Date();
    const agent = { version, privileged: true, origin: 'live' };
    const { node } = client;
    const head = { schema: 1, node, collectedAt: time.toISOString(), agent };
    const body = Buffer.from(JSON.stringify({ ...head, tookMs: {}, sections: {} }));
    const headers = signedHeaders(client, { body, time, ...(sequence ? { sequence } : {}) });
    return { path: '/api/v1/reports', method: 'POST', headers, body };
  }

  test('of many who bring one enrolment token at once, to both, one is taken', async () => {
    for (const node of ['racer1', 'racer2', 'racer3']) {
      const { secret } = await leaveToEnrol(store, { cluster, node, ttlMs });
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) => {
          const body = JSON.stringify(enrolmentBody(secret.text, { node, key: newKey() }));
          const authorization = `Bearer ${secret.text}`;
          const headers = { 'content-type': 'application/json', authorization };
          const wanted = { path: '/api/v1/enroll', method: 'POST', headers, body };
          return index % 3 === 2 ? askAny(wanted) : askOne(index, wanted);
        }),
      );
      const told = answers.map(({ status, json }) => json.code ?? status);
      expect(told.sort()).toEqual([200, ...Array(11).fill('used_token')]);
    }
    expect((await store.nodeKeys(cluster)).map(({ node }) => node)).toEqual([
      ...['racer1', 'racer2', 'racer3'],
    ]);
  });

  test('a report that is brought to both at once has one receipt', async () => {
    const client = await enrolled(store, { cluster, node: 'twice' });
    for (let round = 1; round <= 10; round++) {
      const [one, other] = await askBoth(delivery(client, `v${round}`));
      expect([one.status, other.status]).toEqual([200, 200]);
      expect([one.json.repeated, other.json.repeated].sort()).toEqual([false, true]);
      expect({ ...one.json, repeated: null }).toEqual({ ...other.json, repeated: null });
    }
    expect(await store.history(cluster, 'twice', { limit: 99 })).toHaveLength(10);
  });

  test('of two reports under one sequence one is taken, the other refused', async () => {
    const client = await enrolled(store, { cluster, node: 'torn' });
    for (let sequence = 1; sequence <= 10; sequence++) {
      const answers = await Promise.all(
        [0, 1].map((index) => askOne(index, delivery(client, `v${sequence}-${index}`, sequence))),
      );
      const refused = answers.filter(({ status }) => status !== 200);
      expect(refused.map(({ json }) => json)).toEqual([
        expect.objectContaining({ code: 'replayed', lastSequence: sequence }),
      ]);
    }
    expect(await store.history(cluster, 'torn', { limit: 99 })).toHaveLength(10);
  });

  test('who signs in at one is known to the other, until the token is revoked', async () => {
    const admin = await credential('admin');
    const reader = await credential('reader');
    const { hostname, port } = new URL(site.url);
    const signed = await askOne(0, {
      path: '/sign-in',
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        host: `${hostname}:${port}`,
        origin: site.url,
      },
      body: `token=${reader.secret}`,
    });
    expect(signed.status).toBe(303);
    const [setCookie = ''] = signed.headers['set-cookie'] ?? [];
    expect(setCookie).toMatch(/^__Host-muster=.*; HttpOnly; Secure; SameSite=Strict/);
    const cookie = setCookie.split(';')[0] ?? '';
    const looked = { path: '/', headers: { accept: 'text/html', cookie } };
    const asked = { path: '/api/v1/clusters', headers: reader.headers };
    expect((await askBoth(looked)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await askBoth(asked)).map(({ status }) => status)).toEqual([200, 200]);

    const gone = await askOne(0, {
      path: `/api/v1/tokens/${reader.id}`,
      method: 'DELETE',
      headers: admin.headers,
    });
    expect(gone.status).toBe(204);
    expect((await askOne(1, asked)).status).toBe(401);
    expect((await askOne(1, looked)).status).toBe(401);
  });

  test('a key that was revoked at one is of no use to the other at once', async () => {
    const { headers } = await credential('admin');
    const client = await enrolled(store, { cluster, node: 'ended' });
    expect((await askOne(1, delivery(client, 'v1'))).status).toBe(200);
    const path = `/api/v1/clusters/${cluster}/nodes/ended/revoke`;
    expect((await askOne(0, { path, method: 'POST', headers })).status).toBe(200);
    expect((await askOne(1, delivery(client, 'v2'))).json).toMatchObject({ code: 'unknown_node' });
  });

  test('a policy put at one, and a report brought to it, are shown by the other', async () => {
    const { headers } = await credential('operator');
    const page = '/clusters/shown';
    const client = await enrolled(store, { cluster: 'shown', node: 'n1' });
    const look = (known?: string | string[]) =>
      askOne(1, {
        path: page,
        headers: {
          ...headers,
          accept: 'text/html',
          ...(known && { 'if-none-match': String(known) }),
        },
      });
    const before = await look();
    expect((await look(before.headers.etag)).status).toBe(304);
    const other = await askOne(0, { path: page, headers: { ...headers, accept: 'text/html' } });
    expect(other.headers.etag).toBe(before.headers.etag);

    expect((await askOne(0, delivery(client, 'brought-to-one'))).status).toBe(200);
    const after = await look(before.headers.etag);
    expect(after.status).toBe(200);

    const put = await askOne(0, {
      path: '/api/v1/clusters/shown/policy',
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/yaml' },
      body: 'nodes:\n  - {name: n1}\n  - {name: expected-too}\n',
    });
    expect(put.status).toBe(200);
    const judged = await look(after.headers.etag);
    expect([judged.status, judged.text.includes('expected-too')]).toEqual([200, true]);
  });

  test('one that is told to end, and started anew, costs nobody an answer', async () => {
    const { headers } = await credential('reader');
    const client = await enrolled(store, { cluster, node: 'calm' });
    const answers = new Set<string>();
    let restarting = true;
    const asking = [
      () => delivery(client, `v${client.sequence + 1}`),
      () => ({ path: '/api/v1/clusters', headers }),
    ].map(async (wanted) => {
      while (restarting) {
        const { status, text } = await askAny(wanted());
        answers.add(`${status} ${status === 200 ? '' : text}`);
      }
    });
    const [one] = site.running;
    await one?.stop();
    await one?.start();
    restarting = false;
    await Promise.all(asking);
    expect([...answers]).toEqual(['200 ']);
  });

  test('whoever delivers through nginx gets every report in while one is killed', async () => {
    const nodes = ['busy1', 'busy2', 'busy3', 'busy4'];
    const clients = await Promise.all(nodes.map((node) => enrolled(store, { cluster, node })));
    const answers = new Map<string, number>();
    let killing = true;
    const busy = clients.map(async (client) => {
      for (let report = 1; killing; report++) {
        const { status, json } = await insisting(delivery(client, `v${report}`));
        const told = `${status} ${json.code ?? 'taken'}`;
        answers.set(told, (answers.get(told) ?? 0) + 1);
      }
    });
    for (const victim of [...site.running, ...site.running]) {
      // so that nginx tries the one before again; where it did not yet, agents ask once more
      await new Promise((resolve) => setTimeout(resolve, 2000 + Math.random() * 500));
      await victim.kill();
      await victim.start();
    }
    killing = false;
    await Promise.all(busy);
    expect([...answers.keys()]).toEqual(['200 taken']);
    const kept = await Promise.all(
      nodes.map((node) => store.history(cluster, node, { limit: 1e5 })),
    );
    const sent = clients.map(({ sequence }) => sequence);
    expect(kept.map((reports) => reports.length)).toEqual(sent);
  });
});
