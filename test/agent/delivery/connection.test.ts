import { createHash, X509Certificate } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openConnection, type Target } from '../../../agent/delivery/connection.ts';
import { type Authority, newAuthority } from '../../../collector/tls/authority.ts';
import { type SignedServer, startServer } from './signed-server.ts';

let own: Authority;
let foreign: Authority;
let elsewhere: Authority;
let server: SignedServer | null = null;

beforeAll(async () => {
  own = await newAuthority(['127.0.0.1'], new Date());
  foreign = await newAuthority(['127.0.0.1'], new Date());
  elsewhere = await newAuthority(['collector.example.org'], new Date());
});
afterEach(async () => {
  await server?.close();
  server = null;
});

/** Posts twice to a server with the certificate; the answers, or the error. */
async function posted(by: Authority, trust: Omit<Target, 'collector'>): Promise<unknown> {
  const cert = `${by.serverCertificate}${by.caCertificate}`;
  server = await startServer({ key: by.serverKey, cert });
  const connection = openConnection({ collector: server.url, ...trust });
  try {
    const request = { path: '/', headers: {}, body: Buffer.from('secret') };
    const first = await connection.send(request);
    return [first.status, (await connection.send(request)).status];
  } catch (error) {
    return error instanceof Error ? error.message : error;
  } finally {
    connection.close();
  }
}

const fingerprintOf = (pem: string) =>
  createHash('sha256').update(new X509Certificate(pem).raw).digest('hex');

describe('TLS', () => {
  const trusted: [string, () => [Authority, Omit<Target, 'collector'>]][] = [
    ['a CA', () => [own, { ca: own.caCertificate }]],
    ['the pinned certificate itself', () => [own, pinOf(own.serverCertificate)]],
    [
      'the pinned certificate, of whatever name',
      () => [elsewhere, pinOf(elsewhere.serverCertificate)],
    ],
    ['a pinned CA that is sent along', () => [own, pinOf(own.caCertificate)]],
  ];
  test.each(trusted)('%s is trusted, and one connection serves all', async (_what, given) => {
    const [by, trust] = given();
    expect(await posted(by, trust)).toEqual([200, 200]);
    const { received } = server ?? { received: [] };
    expect(received.map(({ body }) => body)).toEqual(['secret', 'secret']);
    expect(new Set(received.map(({ connection }) => connection)).size).toBe(1);
  });

  const refused: [string, () => [Authority, Omit<Target, 'collector'>], RegExp][] = [
    [
      'the system knows no such CA',
      () => [own, {}],
      /self-signed certificate in certificate chain/,
    ],
    ['of another CA', () => [own, { ca: foreign.caCertificate }], /self-signed certificate/],
    ['for another name', () => [elsewhere, { ca: elsewhere.caCertificate }], /does not match/],
    [
      'not the pinned one',
      () => [own, pinOf(foreign.serverCertificate)],
      /its certificate is sha256:[0-9a-f]{64}, not of the pinned sha256:[0-9a-f]{64}$/,
    ],
    ['of a pinned CA for another name', () => [elsewhere, pinOf(elsewhere.caCertificate)], /match/],
    ['a pinned CA that did not sign it', () => [impostor(), pinOf(own.caCertificate)], /./],
  ];
  test.each(refused)('%s: nothing is sent', async (_what, given, message) => {
    const [by, trust] = given();
    expect(await posted(by, trust)).toMatch(message);
    expect(server?.received).toEqual([]);
  });

  test.each([
    'http://collector.example.org',
    'http://127.0.0.1.example.org',
    'ftp://127.0.0.1',
    'collector',
    '',
  ])('refuses "%s": nothing travels in the clear', (collector) => {
    expect(() => openConnection({ collector })).toThrow(/^--collector: expected/);
  });
});

function pinOf(pem: string): Omit<Target, 'collector'> {
  return { fingerprint: fingerprintOf(pem) };
}

/** Sends the true CA's certificate after one of its own. */
function impostor(): Authority {
  return { ...foreign, caCertificate: own.caCertificate };
}
