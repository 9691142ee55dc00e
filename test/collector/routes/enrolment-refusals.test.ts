import { describe, expect, test } from 'vitest';
import { clusterName, nodeNames, now } from '../seed-cluster.ts';
import { enrolled, leaveToEnrol } from '../test-app.ts';
import { type Answer, type LiveCollector, openLiveCollector } from './live-collector.ts';
import { enrolmentBody, machineIdOf, newKey, signatureOf } from './signed-client.ts';

const [node = '', other = ''] = nodeNames;
const founder = { by: 'test', at: now };
const MINUTE_MS = 60_000;

describe('an enrolment with', () => {
  type Leave = Awaited<ReturnType<typeof leaveToEnrol>>;
  const enrol = (live: LiveCollector, secret: string, body: object) =>
    live.send({
      path: '/api/v1/enroll',
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify(body),
    });
  const cases: Record<
    string,
    [number, string, (live: LiveCollector, leave: Leave) => Promise<Answer>]
  > = {
    'a token that nobody made': [
      401,
      'unknown_token',
      (live) => {
        const secret = `muster_enrol_${'x'.repeat(43)}`;
        return enrol(live, secret, enrolmentBody(secret, { node, key: newKey() }));
      },
    ],
    'a token that has expired': [
      401,
      'expired_token',
      (live, { secret }) => {
        live.clock.now = new Date(now.getTime() + 60 * MINUTE_MS);
        return enrol(live, secret.text, enrolmentBody(secret.text, { node, key: newKey() }));
      },
    ],
    'a token that was revoked': [
      401,
      'unknown_token',
      async (live, { token, secret }) => {
        await live.store.revokeEnrolmentToken(token.id, founder);
        return enrol(live, secret.text, enrolmentBody(secret.text, { node, key: newKey() }));
      },
    ],
    'a token of another node': [
      403,
      'wrong_node',
      (live, { secret }) =>
        enrol(live, secret.text, enrolmentBody(secret.text, { node: other, key: newKey() })),
    ],
    'a token that was used': [
      401,
      'used_token',
      async (live, { secret }) => {
        await enrol(live, secret.text, enrolmentBody(secret.text, { node, key: newKey() }));
        return enrol(live, secret.text, enrolmentBody(secret.text, { node, key: newKey() }));
      },
    ],
    "another's public key": [
      401,
      'bad_signature',
      (live, { secret }) => {
        const body = enrolmentBody(secret.text, { node, key: newKey() });
        return enrol(live, secret.text, { ...body, publicKey: newKey().publicKey });
      },
    ],
    'a proof for another token': [
      401,
      'bad_signature',
      (live, { secret }) =>
        enrol(live, secret.text, enrolmentBody('muster_enrol_y', { node, key: newKey() })),
    ],
    'a machine id that another node has': [
      409,
      'cloned_machine',
      async (live, { secret }) => {
        await enrolled(live.store, { node: other });
        const body = enrolmentBody(secret.text, { node, key: newKey() });
        return enrol(live, secret.text, { ...body, machineId: machineIdOf(other) });
      },
    ],
    'the name of another machine': [
      409,
      'node_exists',
      async (live, { secret }) => {
        await enrolled(live.store, { node });
        const body = enrolmentBody(secret.text, { node, key: newKey() });
        return enrol(live, secret.text, { ...body, machineId: machineIdOf('another') });
      },
    ],
    'a key that was used before': [
      409,
      'key_exists',
      async (live, { secret }) => {
        const client = await enrolled(live.store, { node });
        return enrol(live, secret.text, enrolmentBody(secret.text, client));
      },
    ],
    'a name that cannot be shown': [
      400,
      'invalid_request',
      (live, { secret }) =>
        enrol(live, secret.text, enrolmentBody(secret.text, { node: 'n\u001b[2J', key: newKey() })),
    ],
    'a body of 5 kB': [
      413,
      'too_large',
      (live, { secret }) => enrol(live, secret.text, { node: 'x'.repeat(5000) }),
    ],
  };

  test.each(Object.entries(cases))('%s', async (_, [status, code, attempt]) => {
    const live = await openLiveCollector();
    const before = (await live.store.nodeKeys()).length;
    const answer = await attempt(live, await leaveToEnrol(live.store, { node }));
    expect(answer.json).toMatchObject({ status, code });
    const keys = await live.store.nodeKeys();
    const seeded = ['used_token', 'cloned_machine', 'node_exists', 'key_exists'].includes(code);
    expect(keys.length - before).toBe(seeded ? 1 : 0);
    const metrics = await live.send({ path: '/metrics', headers: live.as.reader });
    expect(metrics.text).toContain(`muster_rejected_deliveries_total{code="${code}"} 1\n`);
    const kept = (await live.store.rejections()).map((one) => [one.code, one.cluster, one.node]);
    // laid at the node that the token was made for, if there is such a token and it was looked up
    const unnamed = ['unknown_token', 'bad_signature', 'invalid_request', 'too_large'];
    expect(kept).toEqual([unnamed.includes(code) ? [code, null, null] : [code, clusterName, node]]);
  });

  test('a token used twice at once enrols one of the two', async () => {
    const live = await openLiveCollector();
    const { secret } = await leaveToEnrol(live.store, { node });
    const bodies = [newKey(), newKey()].map((key) => enrolmentBody(secret.text, { node, key }));
    const answers = await Promise.all(bodies.map((body) => enrol(live, secret.text, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(answers.find(({ status }) => status === 401)?.json).toMatchObject({
      code: 'used_token',
    });
    expect(await live.store.nodeKeys(clusterName)).toHaveLength(1);
  });

  test('a proof over another text is told and leaves the token unused', async () => {
    const live = await openLiveCollector();
    const { secret } = await leaveToEnrol(live.store, { node });
    const key = newKey();
    const good = enrolmentBody(secret.text, { node, key });
    const wrong = await enrol(live, secret.text, { ...good, proof: signatureOf(key, 'x') });
    expect(wrong.json).toMatchObject({ code: 'bad_signature', path: 'proof' });
    expect((await enrol(live, secret.text, good)).status).toBe(200);
  });
});
