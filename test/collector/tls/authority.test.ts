import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { defaultServerLimits, limitedServers } from '../../../collector/server.ts';
import { type Authority, newAuthority } from '../../../collector/tls/authority.ts';
import { pairFilesOf, readPair } from '../../../collector/tls/pair-files.ts';
import { describeWith, program } from '../../requirements.ts';
import { openLiveCollector } from '../routes/live-collector.ts';
import { seedReport } from '../seed-cluster.ts';
import { enrolled, temporaryFolder } from '../test-app.ts';

const now = new Date();
const HOSTS = ['collector.example.org', '127.0.0.1', '2001:db8::7'];
const DAY_MS = 24 * 3_600_000;

function pairOf(authority: Authority) {
  return { cert: authority.serverCertificate, key: authority.serverKey };
}

describe('a private CA', () => {
  let made: Authority;
  let ca: X509Certificate;
  let server: X509Certificate;
  beforeAll(async () => {
    made = await newAuthority(HOSTS, now);
    ca = new X509Certificate(made.caCertificate);
    server = new X509Certificate(made.serverCertificate);
  });
  const days = (from: string, until: string) =>
    Math.round((Date.parse(until) - Date.parse(from)) / DAY_MS);

  test('signs itself, for ten years, and is a CA', () => {
    expect(ca.ca).toBe(true);
    expect(ca.verify(ca.publicKey)).toBe(true);
    expect(ca.checkIssued(ca)).toBe(true);
    expect(days(ca.validFrom, ca.validTo)).toBe(3654);
    expect(ca.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(made.fingerprint);
    expect(ca.subject).toMatch(/^CN=Muster CA \d{4}-\d\d-\d\d [0-9a-f]{8}$/);
  });

  test('vouches for the server, for its names and addresses, 397 days on', () => {
    expect(server.ca).toBe(false);
    expect(server.checkIssued(ca)).toBe(true);
    expect(server.verify(ca.publicKey)).toBe(true);
    expect(days(server.validFrom, server.validTo)).toBe(398);
    expect(server.subjectAltName).toBe(
      'DNS:collector.example.org, IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:7',
    );
    expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(server.checkHost('collector.example.org')).toBe('collector.example.org');
    expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(server.checkHost('other.example.org')).toBeUndefined();
  });

  test('has a serial number and keys of its own each time', async () => {
    const other = new X509Certificate((await newAuthority(HOSTS, now)).caCertificate);
    expect(other.serialNumber).not.toBe(ca.serialNumber);
    expect(other.subject).not.toBe(ca.subject);
    expect(other.checkIssued(server)).toBe(false);
  });
});

describeWith([program('openssl', 'openssl')], 'OpenSSL, as strict as it can be,', () => {
  const openssl = (...args: string[]) =>
    spawnSync('openssl', args, { encoding: 'utf8', env: { LC_ALL: 'C', PATH: process.env.PATH } });
  let folder: string;
  const file = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-openssl-'));
    const made = await newAuthority(HOSTS, now);
    const { caCertificate: stranger } = await newAuthority(HOSTS, now);
    writeFileSync(file('ca.crt'), made.caCertificate);
    writeFileSync(file('tls.crt'), made.serverCertificate);
    writeFileSync(file('stranger.crt'), stranger);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const verified = (ca: string, ...more: string[]) =>
    openssl(
      ...['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', file(ca), ...more],
      file('tls.crt'),
    );

  test.each([
    ['-verify_hostname', 'collector.example.org', 0],
    ['-verify_ip', '127.0.0.1', 0],
    ['-verify_ip', '2001:db8::7', 0],
    ['-verify_hostname', 'other.example.org', 2],
    ['-verify_ip', '127.0.0.2', 2],
  ])('verifies the server certificate with %s %s: %i', (option, value, status) => {
    expect(verified('ca.crt', option, value).status).toBe(status);
  });

  test('refuses it under another CA', () => {
    expect(verified('stranger.crt').stderr).toMatch(/unable to get local issuer certificate/);
  });

  test('reads times in the form that RFC 5280 asks for until 2049', () => {
    for (const name of ['ca.crt', 'tls.crt']) {
      const { stdout } = openssl('asn1parse', '-in', file(name));
      expect(stdout.match(/UTCTIME|GENERALIZEDTIME/g)).toEqual(['UTCTIME', 'UTCTIME']);
    }
  });

  test('reads the extensions that a CA and a server need, and no others', () => {
    const extensionsOf = (name: string) =>
      openssl('x509', '-in', file(name), '-noout', '-text')
        .stdout.split('\n')
        .flatMap((line) => /^ {12}X509v3 (.+?): *(critical)?$/.exec(line)?.slice(1) ?? [])
        .map((part) => part ?? '');
    const identifiers = ['Subject Key Identifier', '', 'Authority Key Identifier', ''];
    const basics = ['Basic Constraints', 'critical', 'Key Usage', 'critical'];
    const names = ['Extended Key Usage', '', 'Subject Alternative Name', ''];
    expect(extensionsOf('ca.crt')).toEqual([...basics, ...identifiers]);
    expect(extensionsOf('tls.crt')).toEqual([...basics, ...names, ...identifiers]);
  });
});

describe('a collector that speaks TLS', () => {
  async function openSecure() {
    const authority = await newAuthority(HOSTS, now);
    const servers = limitedServers(defaultServerLimits, pairOf(authority));
    return { authority, servers, live: await openLiveCollector({ servers }) };
  }

  test('takes reports from whoever trusts its CA, and shows nothing to others', async () => {
    const { authority, live } = await openSecure();
    const client = await enrolled(live.store, { node: seedReport(1).node });
    const health = { path: '/healthz', ca: authority.caCertificate };
    expect((await live.send(health)).status).toBe(200);
    expect((await live.report(client, seedReport(1), { ca: health.ca })).status).toBe(200);
    const { caCertificate: stranger } = await newAuthority(HOSTS, now);
    await expect(live.send({ ...health, ca: stranger })).rejects.toThrow(/signature|issuer|verif/);
  });

  test('speaks no TLS before 1.2', async () => {
    const { authority, live } = await openSecure();
    const protocolWith = async (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') => {
      const socket = connect({
        ...{ port: live.port, host: '127.0.0.1', ca: authority.caCertificate },
        ...{ minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' },
      });
      onTestFinished(() => void socket.destroy());
      await once(socket, 'secureConnect');
      return socket.getProtocol();
    };
    expect(await protocolWith('TLSv1.2')).toBe('TLSv1.2');
    expect(await protocolWith('TLSv1.3')).toBe('TLSv1.3');
    await expect(protocolWith('TLSv1.1')).rejects.toThrow(/version/);
  });

  test('gives new connections the new certificate and lets open ones go on', async () => {
    const { authority, servers, live } = await openSecure();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const before = { path: '/healthz', ca: authority.caCertificate, agent };
    await live.send(before);
    const next = await newAuthority(HOSTS, now);
    servers.renew(pairOf(next));
    expect((await live.send(before)).status).toBe(200);
    const fresh = { path: '/healthz', ca: next.caCertificate };
    expect((await live.send(fresh)).status).toBe(200);
    await expect(live.send({ ...fresh, ca: authority.caCertificate })).rejects.toThrow();

    expect(() => servers.renew({ ...pairOf(next), key: authority.serverKey })).toThrow();
    expect((await live.send(fresh)).status).toBe(200);
  });
});

describe('certificate and key', () => {
  let made: Authority;
  beforeAll(async () => {
    made = await newAuthority(['localhost'], now);
  });

  function folderWith(files: Record<string, string>): string {
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return folder;
  }

  test('are those of the options, else those of systemd, else none', () => {
    const both = folderWith({ 'tls.crt': '', 'tls.key': '' });
    const ours = { tlsCert: 'a', tlsKey: 'b' };
    expect(pairFilesOf(ours, both)).toEqual({ cert: 'a', key: 'b' });
    expect(pairFilesOf({}, both)).toEqual({
      cert: join(both, 'tls.crt'),
      key: join(both, 'tls.key'),
    });
    expect(pairFilesOf({}, folderWith({}))).toBeNull();
    expect(pairFilesOf({}, undefined)).toBeNull();
    expect(() => pairFilesOf({ tlsCert: 'a' }, both)).toThrow('go together');
    rmSync(join(both, 'tls.key'));
    expect(() => pairFilesOf({}, both)).toThrow('only one is there');
  });

  type Pair = { cert: string; key: string };
  const wrong: Record<string, [pair: (made: Authority) => Pair, message: RegExp]> = {
    'no certificate': [(one) => ({ ...pairOf(one), cert: 'x' }), /tls\.crt: not what is needed/],
    'no key': [(one) => ({ ...pairOf(one), key: 'x' }), /tls\.key: not what is needed/],
    'the key of another': [(one) => ({ ...pairOf(one), key: one.caKey }), /is not the key of/],
  };

  test.each(Object.entries(wrong))('%s is refused in words', (_, [pairFrom, message]) => {
    const { cert, key } = pairFrom(made);
    const folder = folderWith({ 'tls.crt': cert, 'tls.key': key });
    const files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
    expect(() => readPair(files, now)).toThrow(message);
  });

  test('are read as they are, and not past their time', () => {
    const folder = folderWith({ 'tls.crt': made.serverCertificate, 'tls.key': made.serverKey });
    const files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
    expect(readPair(files, now)).toEqual(pairOf(made));
    const later = new Date(now.getTime() + 398 * DAY_MS);
    expect(() => readPair(files, later)).toThrow(/ended on/);
    expect(() => readPair({ ...files, key: '/nothing' }, now)).toThrow(/reading \/nothing: ENOENT/);
  });
});
