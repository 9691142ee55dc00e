import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collectReport } from '../../agent/collect.ts';
import type { Host } from '../../agent/host/host.ts';
import { openRecordedHost } from '../../agent/host/recorded.ts';
import { probes } from '../../agent/probes/index.ts';
import { redacted } from '../../agent/redaction.ts';
import { defaultPolicy } from '../../shared/policy.ts';
import { reportSchema } from '../../shared/report.ts';
import { root } from '../requirements.ts';

const S = 'hunter2';
const kind = 'OPENSSH PRIVATE KEY-----';
const pem = `-----BEGIN ${kind}\nb3BlbnNzaC1${S}\n-----END ${kind}`;

const secrets: [string, string, string][] = [
  ['a key file', `x ${pem} y`, 'x [redacted] y'],
  ['a key that was cut off', pem.slice(0, 60), '[redacted]'],
  ['a key in JSON', JSON.stringify(pem), '"[redacted]"'],
  ['a command line', `qemu -spice password=${S},port=1`, 'qemu -spice password=[redacted],port=1'],
  ['an option and its word', `mysqld --password ${S} -x`, 'mysqld --password [redacted] -x'],
  ['an option with =', `tool --auth-token=${S}`, 'tool --auth-token=[redacted]'],
  ['DRBD', `shared-secret "a ${S}";`, 'shared-secret [redacted];'],
  [
    'DRBD, one word',
    `cram-hmac-alg sha1; shared-secret '${S}';`,
    'cram-hmac-alg sha1; shared-secret [redacted];',
  ],
  ['NetworkManager', `[wifi-security]\npsk=${S}\n`, '[wifi-security]\npsk=[redacted]\n'],
  ['NetworkManager, dotted', `wifi-security.psk: ${S}`, 'wifi-security.psk: [redacted]'],
  ['802.1x', `private-key-password=${S}`, 'private-key-password=[redacted]'],
  ['JSON', `{"vnc_password": "${S} x"}`, '{"vnc_password": [redacted]}'],
  ['an escaped quote', `{"secret":"a\\"${S}"}`, '{"secret":[redacted]}'],
  ['a kernel command line', `ro root_password=${S} quiet`, 'ro root_password=[redacted] quiet'],
  ['a URL', `http://user:${S}@mirror.example.org/x`, 'http://user:[redacted]@mirror.example.org/x'],
  ['capitals', `PASSWORD=${S}`, 'PASSWORD=[redacted]'],
];

describe('what looks like a secret is taken out', () => {
  test.each(secrets)('%s', (_what, text, clean) => {
    const { value, count } = redacted({ deep: [{ text }] });
    expect(value).toEqual({ deep: [{ text: clean }] });
    expect(count).toBe(1);
    expect(clean).not.toContain(S);
  });

  test.each([
    'open /etc/passwd: permission denied',
    'getent passwd gnt-confd',
    'passwd: files systemd',
    'Unexpected token: }',
    '/etc/ganeti/vnc-cluster-password',
    'password authentication is off',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    'http://[2001:db8::1]:8080/path',
    'eth0: link up',
    'secretary=none is no name of ours: secretariat',
  ])('and nothing else: %s', (text) => {
    expect(redacted({ text })).toEqual({ value: { text }, count: 0 });
  });

  test('the values of a record under such a name', () => {
    const value = { options: { minor_count: '128', password: S, 'vnc-password': [S], token: '' } };
    const clean = { minor_count: '128', password: '[redacted]', 'vnc-password': ['[redacted]'] };
    expect(redacted(value)).toEqual({ value: { options: { ...clean, token: '' } }, count: 2 });
    const file = { vnc_password_file: '/etc/x', secretary: 'a' };
    expect(redacted(file)).toEqual({ value: file, count: 0 });
  });

  test('whatever is no text stays', () => {
    const value = { number: 1, none: null, yes: true, list: [], record: {} };
    expect(redacted(value)).toEqual({ value, count: 0 });
  });

  test('in time that grows with the text, whatever the text', () => {
    const hostile = ['a-', 'password', '-----BEGIN PRIVATE KEY-----', 'x://a:', '--a-', '"', ' '];
    for (const part of hostile) {
      const text = `password ${part.repeat(100_000 / part.length)}`;
      expect(redacted({ text }).count).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('a report of a host with secrets planted in all that its probes read', () => {
  const folder = join(root, 'test', 'hosts', 'bookworm-worn-node');

  /** The recorded host, each of its texts with a secret behind every line. */
  async function planted(): Promise<Host> {
    const host = await openRecordedHost(folder);
    const plant = (text: string) => text.replaceAll('\n', `  password=${S}\n`);
    return {
      ...host,
      read: async (path, maxBytes) => plant(await host.read(path, maxBytes)),
      run: async (command, args, options) => {
        const { stdout, stderr, code } = await host.run(command, args, options);
        return { stdout: plant(stdout), stderr: plant(stderr), code };
      },
    };
  }

  test('bears none, is a report, and tells how many were taken out', async () => {
    const how = {
      policy: defaultPolicy(),
      probes,
      now: new Date(0),
      version: '0',
      privileged: true,
    };
    const report = await collectReport({ ...how, host: await planted() });
    expect(JSON.stringify(report)).not.toContain(S);
    expect(report.agent.redacted).toBeGreaterThan(3);
    expect(reportSchema.safeParse(report).error).toBeUndefined();
    expect(readFileSync(join(folder, 'proc', 'cmdline'), 'utf8')).not.toContain(S);
  });
});
