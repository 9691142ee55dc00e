import { describe, expect, test } from 'vitest';
import { clusterName, nodeNames, now, seedReport } from '../seed-cluster.ts';
import { enrolled, leaveToEnrol } from '../test-app.ts';
import { type LiveCollector, openLiveCollector } from './live-collector.ts';
import {
  BOOT_ID,
  enrolmentBody,
  newKey,
  rotationBody,
  type SignedClient,
  signedHeaders,
} from './signed-client.ts';

const [node = ''] = nodeNames;
const founder = { by: 'test', at: now };
const report = seedReport(1);

function enrol(live: LiveCollector, secret: string, client: Pick<SignedClient, 'node' | 'key'>) {
  return live.send({
    path: '/api/v1/enroll',
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify(enrolmentBody(secret, client)),
  });
}

function rotate(live: LiveCollector, client: SignedClient, wanted: object) {
  const body = Buffer.from(JSON.stringify(wanted));
  const path = '/api/v1/rotate';
  const headers = signedHeaders(client, { body, time: live.clock.now, path });
  return live.send({ path, method: 'POST', headers, body });
}

function newcomer(): SignedClient {
  return { cluster: clusterName, node, key: newKey(), bootId: BOOT_ID, sequence: 0 };
}

describe('an enrolment', () => {
  test('turns a one-time token into a key that delivers, and tells who made it', async () => {
    const live = await openLiveCollector();
    const { token, secret } = await leaveToEnrol(live.store, { node });
    const client = newcomer();
    const answer = await enrol(live, secret.text, client);
    expect(answer.json).toEqual({
      cluster: clusterName,
      node,
      key: client.key.id,
      state: 'active',
      lastSequence: 0,
      serverTime: now.toISOString(),
    });
    expect((await live.report(client, report)).status).toBe(200);
    expect(await live.store.nodeKeys(clusterName)).toMatchObject([
      { id: client.key.id, node, token: token.id, enrolledBy: 'test', state: 'active' },
    ]);
  });

  test('whose answer was lost gives it again to the same key alone', async () => {
    const live = await openLiveCollector();
    const { secret } = await leaveToEnrol(live.store, { node });
    const client = newcomer();
    const first = await enrol(live, secret.text, client);
    await live.report(client, report);
    expect((await enrol(live, secret.text, client)).json).toEqual({
      ...first.json,
      lastSequence: 1,
    });
    expect((await enrol(live, secret.text, newcomer())).json).toMatchObject({ code: 'used_token' });
  });

  test('waits for a person where the collector wants that', async () => {
    const live = await openLiveCollector({ approval: true });
    const { secret } = await leaveToEnrol(live.store, { node });
    const client = newcomer();
    expect((await enrol(live, secret.text, client)).json).toMatchObject({ state: 'pending' });
    expect((await live.report(client, report)).json).toMatchObject({ code: 'not_approved' });
    const path = `/api/v1/clusters/${clusterName}/nodes/${node}/approve`;
    const approved = await live.send({ path, method: 'POST', headers: live.as.admin });
    expect(approved.json).toEqual({ keys: 1 });
    expect((await live.report(client, report)).status).toBe(200);
  });

  test('of the same machine anew puts its key in place of the one before', async () => {
    const live = await openLiveCollector();
    const before = await enrolled(live.store, { node });
    const { secret } = await leaveToEnrol(live.store, { node });
    const client = newcomer();
    expect((await enrol(live, secret.text, client)).status).toBe(200);
    expect((await live.report(before, report)).json).toMatchObject({ code: 'unknown_node' });
    expect((await live.report(client, report)).status).toBe(200);
  });
});

describe('a rotation', () => {
  test('lets both keys deliver for a day, in one order, and then the new one alone', async () => {
    const live = await openLiveCollector();
    const client = await enrolled(live.store, { node });
    await live.report(client, report, { sequence: 7 });
    const next: SignedClient = { ...client, key: newKey() };
    expect((await rotate(live, client, rotationBody(client.key, next.key))).json).toMatchObject({
      key: next.key.id,
      node,
      state: 'active',
      lastSequence: 7,
    });
    const at = (minute: number) => ({ ...report, collectedAt: `2026-03-01T02:${minute}:00Z` });
    expect((await live.report(client, at(51), { sequence: 8 })).status).toBe(200);
    expect((await live.report(next, at(52), { sequence: 9 })).status).toBe(200);
    live.clock.now = new Date(now.getTime() + 24 * 3_600_000);
    expect((await live.report(client, at(53), { sequence: 10 })).json).toMatchObject({
      code: 'unknown_node',
    });
    expect((await live.report(next, at(54), { sequence: 11 })).status).toBe(200);
  });

  test('asked again gives the same answer', async () => {
    const live = await openLiveCollector();
    const client = await enrolled(live.store, { node });
    const body = rotationBody(client.key, newKey());
    const first = await rotate(live, client, body);
    expect((await rotate(live, client, body)).json).toEqual(first.json);
    expect(await live.store.nodeKeys(clusterName)).toHaveLength(2);
  });

  test('by a key that was replaced is refused: it may have been stolen', async () => {
    const live = await openLiveCollector();
    const client = await enrolled(live.store, { node });
    await rotate(live, client, rotationBody(client.key, newKey()));
    const thief = await rotate(live, client, rotationBody(client.key, newKey()));
    expect(thief.json).toMatchObject({ status: 403, code: 'forbidden' });
    expect(await live.store.nodeKeys(clusterName)).toHaveLength(2);
  });

  const refused: Record<
    string,
    [status: number, code: string, bodyOf: (one: SignedClient, other: SignedClient) => object]
  > = {
    'to a key whose holder did not sign': [
      401,
      'bad_signature',
      ({ key }) => ({ ...rotationBody(key, newKey()), publicKey: newKey().publicKey }),
    ],
    'to the key of another node': [
      403,
      'forbidden',
      ({ key }, other) => rotationBody(key, other.key),
    ],
    'with a proof that was made for another key in use': [
      401,
      'bad_signature',
      (_, other) => rotationBody(other.key, newKey()),
    ],
  };

  test.each(Object.entries(refused))('%s is refused', async (_, [status, code, bodyOf]) => {
    const live = await openLiveCollector();
    const client = await enrolled(live.store, { node });
    const other = await enrolled(live.store, { node: 'other.example.org' });
    const answer = await rotate(live, client, bodyOf(client, other));
    expect(answer.json).toMatchObject({ status, code });
    expect(await live.store.nodeKeys(clusterName)).toHaveLength(2);
  });

  test('by a key that was revoked is one of an unknown node', async () => {
    const live = await openLiveCollector();
    const client = await enrolled(live.store, { node });
    await live.store.revokeKeys(clusterName, node, founder);
    const answer = await rotate(live, client, rotationBody(client.key, newKey()));
    expect(answer.json).toMatchObject({ status: 401, code: 'unknown_node' });
  });
});
