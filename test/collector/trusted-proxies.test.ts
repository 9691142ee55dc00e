import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { plainAddress, type Trusts, trustedProxies } from '../../collector/trusted-proxies.ts';
import { openTestApp } from './test-app.ts';

describe('trusted is', () => {
  const trusts = trustedProxies(['10.0.0.0/24', '2001:db8::7/128']);

  test.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['10.0.0.5', true],
    ['::ffff:10.0.0.5', true],
    ['10.0.1.5', false],
    ['2001:db8::7', true],
    ['2001:db8:0:0::7', true],
    ['2001:db8::8', false],
    ['', false],
    ['10.0.0', false],
    ['unix:', false],
  ])('%j: %s', (address, trusted) => {
    expect(trusts(address)).toBe(trusted);
  });

  test('this machine alone when nobody is named', () => {
    const addresses = ['127.0.0.1', '::1', '10.0.0.5', '0.0.0.0', '::'];
    expect(addresses.map(trustedProxies())).toEqual([true, true, false, false, false]);
  });
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['2001:db8::ffff:1', '2001:db8::ffff:1'],
])('%s is written %s', (address, plain) => {
  expect(plainAddress(address)).toBe(plain);
});

/** Whom a collector takes for the sender of what a peer hands in, by its log. */
async function senderBy(peer: string, forwarded: string | undefined, proxies?: Trusts) {
  const lines: { msg: string; address: string }[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(JSON.parse(chunk.toString('utf8')));
      done();
    },
  });
  const trusting = proxies === undefined ? {} : { proxies };
  const { app } = await openTestApp({ ...trusting, logger: { level: 'info', stream } });
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  await app.inject({ url: '/nothing', remoteAddress: peer, headers });
  return lines.find(({ msg }) => msg === 'refused')?.address;
}

describe('the sender of a request is', () => {
  const proxies = trustedProxies(['10.0.0.0/24']);

  const asked: Record<string, [peer: string, forwarded: string | undefined, sender: string]> = {
    'the peer itself when it is not trusted': ['203.0.113.9', '192.0.2.1', '203.0.113.9'],
    'whom a trusted peer names': ['10.0.0.5', '192.0.2.1', '192.0.2.1'],
    'whom a proxy of this machine names': ['127.0.0.1', '192.0.2.1', '192.0.2.1'],
    'by IPv6 that bears IPv4 too': ['::ffff:10.0.0.5', '192.0.2.1', '192.0.2.1'],
    'never whom the client named itself': ['10.0.0.5', '1.1.1.1, 192.0.2.1', '192.0.2.1'],
    'found through a chain of proxies': [
      '10.0.0.5',
      '1.1.1.1, 192.0.2.1, 10.0.0.6, 127.0.0.1',
      '192.0.2.1',
    ],
    'the last proxy that is not trusted': ['10.0.0.5', '192.0.2.1, 10.0.1.9', '10.0.1.9'],
    'the proxy when it names nobody': ['10.0.0.5', undefined, '10.0.0.5'],
  };

  test.each(Object.entries(asked))('%s', async (_, [peer, forwarded, sender]) => {
    expect(await senderBy(peer, forwarded, proxies)).toBe(sender);
  });

  test('never named by another host when no proxy was trusted', async () => {
    expect(await senderBy('10.0.0.5', '192.0.2.1')).toBe('10.0.0.5');
  });
});

test('behind a trusted proxy each sender has its limit, and nobody else gets another', async () => {
  const rates = { perAddress: 1, perCredential: 100 };
  const { app } = await openTestApp({ rates, proxies: trustedProxies(['10.0.0.5/32']) });
  const ask = async (remoteAddress: string, forwarded: string) => {
    const headers = { 'x-forwarded-for': forwarded };
    return (await app.inject({ url: '/healthz', remoteAddress, headers })).statusCode;
  };
  const behind = [await ask('10.0.0.5', '192.0.2.1'), await ask('10.0.0.5', '192.0.2.2')];
  expect([...behind, await ask('10.0.0.5', '192.0.2.1')]).toEqual([200, 200, 429]);
  const liar = [await ask('10.0.0.6', '192.0.2.3'), await ask('10.0.0.6', '192.0.2.4')];
  expect(liar).toEqual([200, 429]);
});
