import { describe, expect, test } from 'vitest';
import { clusterName, nodeNames, now, seedReport } from '../seed-cluster.ts';
import { enrolled } from '../test-app.ts';
import { type Answer, type LiveCollector, openLiveCollector } from './live-collector.ts';
import { newKey, type SignedClient, signedHeaders } from './signed-client.ts';

const [node = '', other = ''] = nodeNames;
const founder = { by: 'test', at: now };
const MINUTE_MS = 60_000;

interface Scene {
  live: LiveCollector;
  client: SignedClient;
  stranger: SignedClient;
}

async function scene(): Promise<Scene> {
  const live = await openLiveCollector();
  const client = await enrolled(live.store, { node });
  return { live, client, stranger: await enrolled(live.store, { node: other }) };
}

/** A delivery whose headers or body are changed after it was signed. */
function tampered(
  { live, client }: Scene,
  change: { headers?: Record<string, string>; body?: string; path?: string },
): Promise<Answer> {
  const body = Buffer.from(JSON.stringify(seedReport(1)));
  const headers = signedHeaders(client, { body, time: live.clock.now });
  const { path = '/api/v1/reports' } = change;
  const sent = { headers: { ...headers, ...change.headers }, body: change.body ?? body };
  return live.send({ path, method: 'POST', ...sent });
}

const altered = (headers: Record<string, string>) => (one: Scene) => tampered(one, { headers });
const skewed = (ms: number) => (one: Scene) =>
  one.live.report(one.client, seedReport(1), { time: new Date(now.getTime() + ms) });
const attempts: Record<string, [status: number, code: string, (one: Scene) => Promise<Answer>]> = {
  "another node's name in the report": [
    403,
    'wrong_node',
    ({ live, client }) => live.report(client, seedReport(2)),
  ],
  "another node's key id": [
    401,
    'bad_signature',
    (one) => altered({ 'muster-key': one.stranger.key.id })(one),
  ],
  'a key that nobody enrolled': [401, 'unknown_node', altered({ 'muster-key': 'f'.repeat(64) })],
  'a key of the sender alone': [
    401,
    'unknown_node',
    ({ live, client }) => live.report({ ...client, key: newKey() }, seedReport(1)),
  ],
  'the name of another cluster, signed': [
    401,
    'bad_signature',
    ({ live, client }) => live.report({ ...client, cluster: 'c2' }, seedReport(1)),
  ],
  'the name of another node, signed': [
    401,
    'bad_signature',
    ({ live, client }) => live.report({ ...client, node: other }, seedReport(2)),
  ],
  'an altered body': [401, 'bad_signature', (one) => tampered(one, { body: '{}' })],
  'an altered sequence': [401, 'bad_signature', altered({ 'muster-sequence': '77' })],
  'an altered boot id': [
    401,
    'bad_signature',
    altered({ 'muster-boot-id': '00000000-0000-4000-8000-000000000000' }),
  ],
  'an altered time': [
    401,
    'bad_signature',
    altered({ 'muster-time': new Date(now.getTime() + 1).toISOString() }),
  ],
  'an altered address': [
    401,
    'bad_signature',
    (one) => tampered(one, { path: '/api/v1/report%73' }),
  ],
  'a signature made for another address': [
    401,
    'bad_signature',
    ({ live, client }) => live.report(client, seedReport(1), { path: '/api/v1/rotate' }),
  ],
  'a signature of another method': [
    401,
    'bad_signature',
    ({ live, client }) => live.report(client, seedReport(1), { method: 'PUT' }),
  ],
  'no signature': [401, 'bad_signature', altered({ 'muster-signature': '' })],
  'a signature of 64 zeros': [
    401,
    'bad_signature',
    altered({ 'muster-signature': Buffer.alloc(64).toString('base64') }),
  ],
  'a signature twice': [
    401,
    'bad_signature',
    altered({ 'muster-signature': `${'A'.repeat(86)}==, ${'A'.repeat(86)}==` }),
  ],
  'a sequence of zero': [401, 'bad_signature', altered({ 'muster-sequence': '0' })],
  'a sequence beyond all numbers': [
    401,
    'bad_signature',
    altered({ 'muster-sequence': '9'.repeat(40) }),
  ],
  'a time in another zone': [
    401,
    'bad_signature',
    altered({ 'muster-time': '2026-03-01T04:00:00.000+01:00' }),
  ],
  'a clock 10 minutes ahead': [422, 'clock_skew', skewed(10 * MINUTE_MS)],
  'a clock 10 minutes behind': [422, 'clock_skew', skewed(-10 * MINUTE_MS)],
  'a clock just beyond the limit': [422, 'clock_skew', skewed(5 * MINUTE_MS + 1)],
  'a key that was revoked': [
    401,
    'unknown_node',
    async ({ live, client }) => {
      await live.store.revokeKeys(clusterName, node, founder);
      return live.report(client, seedReport(1));
    },
  ],
  'a sequence used again, as after a restore from backup': [
    409,
    'replayed',
    async ({ live, client }) => {
      await live.report(client, seedReport(1));
      const later = { ...seedReport(1), collectedAt: '2026-03-01T02:50:00Z' };
      return live.report(client, later, { sequence: 1 });
    },
  ],
  'a signature of a body, and no body': [
    401,
    'bad_signature',
    (one) => tampered(one, { body: '' }),
  ],
};

describe('a delivery with', () => {
  test.each(Object.entries(attempts))('%s', async (_, [status, code, attempt]) => {
    const one = await scene();
    const before = await one.live.store.current(clusterName);
    const answer = await attempt(one);
    expect(answer.json).toMatchObject({ status, code });
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Muster-Signature');
    const stored = await one.live.store.current(clusterName);
    expect(stored.length - before.length).toBe(code === 'replayed' ? 1 : 0);
    const metrics = await one.live.send({ path: '/metrics', headers: one.live.as.reader });
    expect(metrics.text).toContain(`muster_rejected_deliveries_total{code="${code}"} 1\n`);
    const [kept, ...more] = await one.live.store.rejections();
    expect([kept?.code, kept?.count, more]).toEqual([code, 1, []]);
    // what was not signed is laid at nobody's door, whatever name it bears
    const signed = ['wrong_node', 'clock_skew', 'replayed'].includes(code);
    expect([kept?.cluster, kept?.node]).toEqual(signed ? [clusterName, node] : [null, null]);
  });

  test('a clock within five minutes either way is taken', async () => {
    for (const ms of [5 * MINUTE_MS, -5 * MINUTE_MS]) {
      expect((await skewed(ms)(await scene())).status).toBe(200);
    }
  });

  test('a wrong clock learns the right time, a used sequence the last one', async () => {
    const one = await scene();
    const skew = await skewed(10 * MINUTE_MS)(one);
    expect(skew.json).toMatchObject({
      serverTime: now.toISOString(),
      detail: 'the clock of the node is 10 min ahead of this one',
    });
    await one.live.report(one.client, seedReport(1), { sequence: 41 });
    const changed = { ...seedReport(1), collectedAt: '2026-03-01T02:50:00Z' };
    const used = await one.live.report(one.client, changed, { sequence: 41 });
    expect(used.json).toMatchObject({ code: 'replayed', lastSequence: 41 });
  });

  test('a captured delivery sent again changes nothing, and later is too old', async () => {
    const { live, client } = await scene();
    const body = Buffer.from(JSON.stringify(seedReport(1)));
    const headers = signedHeaders(client, { body, time: now });
    const send = () => live.send({ path: '/api/v1/reports', method: 'POST', headers, body });
    expect((await send()).json).toMatchObject({ repeated: false });
    expect((await send()).json).toMatchObject({ repeated: true });
    live.clock.now = new Date(now.getTime() + 6 * MINUTE_MS);
    expect((await send()).json).toMatchObject({ code: 'clock_skew' });
    expect(await live.store.history(clusterName, node, { limit: 9 })).toHaveLength(1);
  });

  test('a wrong signature is told before the body is looked at', async () => {
    const one = await scene();
    const gzip = { 'content-encoding': 'gzip' };
    const answer = await tampered(one, { body: 'no gzip, no JSON', headers: gzip });
    expect(answer.json).toMatchObject({ code: 'bad_signature' });
  });

  test('no body and no length is told as not signed', async () => {
    const { live, client } = await scene();
    const { 'content-type': _, ...headers } = signedHeaders(client, {
      body: Buffer.alloc(0),
      time: now,
    });
    const answer = await live.app.inject({ method: 'POST', url: '/api/v1/reports', headers });
    expect(answer.json()).toMatchObject({
      code: 'bad_signature',
      detail: expect.stringMatching(/no body/),
    });
  });

  test('a forged request uses up nothing of what the node may send', async () => {
    const live = await openLiveCollector({ rates: { perAddress: 1000, perCredential: 2 } });
    const client = await enrolled(live.store, { node });
    const one = { live, client, stranger: client };
    for (let round = 0; round < 5; round++) await tampered(one, { body: '{}' });
    expect((await live.report(client, seedReport(1))).status).toBe(200);
  });
});
