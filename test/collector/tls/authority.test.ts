import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { defaultServerLimits, limitedServers } from '../../../collector/server.ts';
import { newAuthority } from '../../../collector/tls/authority.ts';
import { pairFilesOf, readPair } from '../../../collector/tls/pair-files.ts';
import { openLiveCollector } from '../routes/live-collector.ts';
import { seedReport } from '../seed-cluster.ts';
import { enrolled, temporaryFolder } from '../test-app.ts';

const now = new Date();
const HOSTS = ['collector.example.org', '127.0.0.1', '2001:db8::7'];
const DAY_MS = 24 * 3_600_000;

function pairOf(authority: ReturnType<typeof newAuthority>) {
  return { cert: authority.serverCertificate, key: authority.serverKey };
}

describe('a private CA', () => {
  const made = newAuthority(HOSTS, now);
  const ca = new X509Certificate(made.caCertificate);
  const server = new X509Certificate(made.serverCertificate);
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

  test('has a serial number and keys of its own each time', () => {
    const other = new X509Certificate(newAuthority(HOSTS, now).caCertificate);
    expect(other.serialNumber).not.toBe(ca.serialNumber);
    expect(other.subject).not.toBe(ca.subject);
    expect(other.checkIssued(server)).toBe(false);
  });
});

describe('a collector that speaks TLS', () => {
  async function openSecure() {
    const authority = newAuthority(HOSTS, now);
    const servers = limitedServers(defaultServerLimits, pairOf(authority));
    return { authority, servers, live: await openLiveCollector({ servers }) };
  }

  test('takes reports from whoever trusts its CA, and shows nothing to others', async () => {
    const { authority, live } = await openSecure();
    const client = await enrolled(live.store, { node: seedReport(1).node });
    const health = { path: '/healthz', ca: authority.caCertificate };
    expect((await live.send(health)).status).toBe(200);
    expect((await live.report(client, seedReport(1), { ca: health.ca })).status).toBe(200);
    const stranger = newAuthority(HOSTS, now).caCertificate;
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
    const next = newAuthority(HOSTS, now);
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
  const made = newAuthority(['localhost'], now);

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

  const wrong: Record<string, [cert: string, key: string, message: RegExp]> = {
    'no certificate': ['x', made.serverKey, /tls\.crt: not what is needed/],
    'no key': [made.serverCertificate, 'x', /tls\.key: not what is needed/],
    'the key of another': [made.serverCertificate, made.caKey, /is not the key of/],
  };

  test.each(Object.entries(wrong))('%s is refused in words', (_, [cert, key, message]) => {
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
