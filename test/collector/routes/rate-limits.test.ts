import { describe, expect, test } from 'vitest';
import { defaultRateLimits, senderNetwork } from '../../../collector/routes/rate-limits.ts';
import { seedReport } from '../seed-cluster.ts';
import { enrolled } from '../test-app.ts';
import { openLiveCollector } from './live-collector.ts';

const refused = { status: 429, code: 'rate_limited' };

test('the defaults let a thousand nodes behind one address come at once, and a day of one', () => {
  expect(defaultRateLimits.perAddress).toBeGreaterThanOrEqual(1000);
  expect(defaultRateLimits.perCredential).toBeGreaterThanOrEqual(24 * 4);
});

describe('above the limit', () => {
  test('of an address every request is refused, and told when to come again', async () => {
    const live = await openLiveCollector({ rates: { perAddress: 3, perCredential: 100 } });
    const paths = ['/healthz', '/nothing', '/api/v1/clusters', '/healthz', '/'];
    const answers = [];
    for (const path of paths) answers.push(await live.send({ path }));
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 401, 429, 429]);
    const last = answers[4];
    expect(last?.json).toMatchObject({
      ...refused,
      detail: 'more than 3 in 10 s from one address',
    });
    expect(Number(last?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(Number(last?.headers['retry-after'])).toBeLessThanOrEqual(70);
  });

  test('of an address those refused are told different times', async () => {
    const live = await openLiveCollector({ rates: { perAddress: 1, perCredential: 100 } });
    const told = new Set<unknown>();
    for (let request = 0; request < 31; request++) {
      const { status, headers } = await live.send({ path: '/healthz' });
      if (status === 429) told.add(headers['retry-after']);
    }
    // thirty draws from sixty-one: one in 10^12 runs would see fewer than five
    expect(told.size).toBeGreaterThan(4);
  });

  test('of a key a storm is refused, counted, and written down once; others go on', async () => {
    const live = await openLiveCollector({ rates: { perAddress: 1000, perCredential: 2 } });
    const storm = await enrolled(live.store, { node: seedReport(1).node });
    const calm = await enrolled(live.store, { node: seedReport(2).node });
    const statuses = [];
    for (let round = 0; round < 6; round++) {
      statuses.push((await live.report(storm, seedReport(1))).status);
    }
    expect(statuses).toEqual([200, 200, 429, 429, 429, 429]);
    expect((await live.report(calm, seedReport(2))).status).toBe(200);
    const metrics = await live.send({ path: '/metrics', headers: live.as.reader });
    expect(metrics.text).toContain('muster_rejected_deliveries_total{code="rate_limited"} 4\n');
    const { cluster, node } = storm;
    expect(await live.store.rejections()).toMatchObject([
      { code: 'rate_limited', cluster, node, count: 1 },
    ]);
  });

  test('of a token it is refused too', async () => {
    const live = await openLiveCollector({ rates: { perAddress: 1000, perCredential: 1 } });
    const ask = (headers: { authorization: string }) =>
      live.send({ path: '/api/v1/clusters', headers });
    expect((await ask(live.as.reader)).status).toBe(200);
    const second = await ask(live.as.reader);
    expect(second.json).toMatchObject(refused);
    // nobody else has it: the next window, and no later
    expect(Number(second.headers['retry-after'])).toBeLessThanOrEqual(10);
    expect((await ask(live.as.operator)).status).toBe(200);
  });

  test('each address behind a proxy of this machine has a limit of its own', async () => {
    const live = await openLiveCollector({ rates: { perAddress: 1, perCredential: 100 } });
    const from = async (address: string) =>
      (await live.send({ path: '/healthz', headers: { 'x-forwarded-for': address } })).status;
    expect(await from('192.0.2.1')).toBe(200);
    expect(await from('192.0.2.1')).toBe(429);
    expect(await from('192.0.2.2')).toBe(200);
    // what the client itself put there stands to the left of what the proxy saw
    expect(await from('198.51.100.9, 192.0.2.1')).toBe(429);
  });
});

describe('one sender is', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1/32'],
    ['::ffff:192.0.2.1', '192.0.2.1/32'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::9', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['nonsense', 'nonsense'],
  ])('%s: %s', (address, network) => {
    expect(senderNetwork(address)).toBe(network);
  });
});
