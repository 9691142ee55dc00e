import { describe, expect, test } from 'vitest';
import {
  contentOf,
  excerptCertificate,
  excerptRapiUsers,
  managedPaths,
  modesOf,
} from '../../../agent/ganeti/files.ts';
import { madeHost } from '../recorded-hosts.ts';

/** A self-signed certificate made for this test, whose key is gone. */
const PEM = `-----BEGIN CERTIFICATE-----
MIIBjjCCATWgAwIBAgIUK6pTXCifdLbWdBSG8c3JZlGQvZowCgYIKoZIzj0EAwIw
HTEbMBkGA1UEAwwSZ2FuZXRpLmV4YW1wbGUub3JnMB4XDTI2MTEyMjEyMDkwNloX
DTM2MTExOTEyMDkwNlowHTEbMBkGA1UEAwwSZ2FuZXRpLmV4YW1wbGUub3JnMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEznaxKvusjj3YI8YSV2R+BRbUSWvlujLw
vY0gd/CDiFcRRRfSaphzvVQkzxcUf1zLCJK7SbGd6OKWvuOi4FK93aNTMFEwHQYD
VR0OBBYEFKH3PMSCyiFwCAXXL9SZjFxByciMMB8GA1UdIwQYMBaAFKH3PMSCyiFw
CAXXL9SZjFxByciMMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIg
HJcOhsug+HRBMFySVsJTpR380AbDFWVmfLL8hRdgFlICIFLkcAWyBZRzG3WX+8Wg
p8P/zHLliEHcIljmPqsniHA0
-----END CERTIFICATE-----`;
const FACTS = {
  notBefore: '2026-11-22T12:09:06.000Z',
  notAfter: '2036-11-19T12:09:06.000Z',
  selfSigned: true,
  sha1: 'e5:e3:3f:02:77:d4:8f:2e:83:54:45:ce:89:97:c2:14:a9:8a:0f:af',
};

describe('a certificate', () => {
  test('is read from a file that holds a key before it', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nplanted\n-----END PRIVATE KEY-----\n';
    const excerpt = excerptCertificate(`${key}${PEM}\n${PEM}`);
    expect(JSON.parse(excerpt)).toEqual(FACTS);
    expect(excerpt).not.toContain('planted');
  });

  test.each([
    ['an empty file', '', 'no certificate in the file'],
    ['a key alone', '-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----', 'no certificate'],
    ['one that was cut off', PEM.slice(0, 200), 'no certificate in the file'],
    ['one with damage', PEM.replace(/MII[\s\S]{20}/, 'MII!'), 'the certificate is damaged'],
    ['binary data', '\0\u0001', 'no certificate in the file'],
  ])('cannot be read from %s', (_title, text, message) => {
    expect(() => excerptCertificate(text)).toThrow(message);
  });
});

describe('the users of RAPI', () => {
  test.each([
    ['no user', '# name password rights\n\n', { users: 0, plaintext: 0, writers: 0 }],
    [
      'each kind of password',
      'a planted\nb {cleartext}planted read\nc {HA1}d41d8c write\nd {ha1}d41d8c read, write\n',
      { users: 4, plaintext: 2, writers: 2 },
    ],
    ['a hash sign in a password', 'a pl#anted write', { users: 1, plaintext: 1, writers: 1 }],
    ['a right that only begins so', 'a {HA1}x writer', { users: 1, plaintext: 0, writers: 0 }],
    ['a name without a password', 'a\n', { users: 0, plaintext: 0, writers: 0 }],
  ])('%s', (_title, text, counts) => {
    expect(JSON.parse(excerptRapiUsers(text))).toEqual(counts);
  });

  test('are not guessed from binary data', () => {
    expect(() => excerptRapiUsers('a b\0')).toThrow('binary data');
  });
});

describe('the digest of a file', () => {
  const digest = async (path: string, text: string, cluster: string) =>
    await contentOf(await madeHost({ files: { [path]: text } }), path, cluster);

  test('is equal for equal texts of one cluster, and for no others', async () => {
    const path = '/var/lib/ganeti/hmac.key';
    const first = await digest(path, 'key', 'c1');
    expect(first?.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(await digest(path, 'key', 'c1')).toEqual(first);
    expect(await digest(path, 'key\n', 'c1')).not.toEqual(first);
    expect(await digest(path, 'key', 'c2')).not.toEqual(first);
  });

  test.each(['rapi/users', 'ssconf_hvparams_kvm', 'ssconf_hvparams_xen-pvm'])(
    'is not told of %s, which may hold a short secret',
    async (name) => {
      expect(await digest(`/var/lib/ganeti/${name}`, 'a b', 'c1')).toEqual({ digest: null });
    },
  );

  test('is told of the other ssconf files', async () => {
    const told = await digest('/var/lib/ganeti/ssconf_node_list', 'n1', 'c1');
    expect(told?.digest).not.toBeNull();
  });

  test('a file that is not there is null', async () => {
    const failures = { '/etc/hosts': { kind: 'not_found', message: 'ENOENT' } };
    const host = await madeHost({ snapshot: { failures } });
    expect(await contentOf(host, '/etc/hosts', 'c1')).toBeNull();
  });
});

test('the managed files are those that verify compares, with every ssconf file', () => {
  const paths = managedPaths(['ssconf_node_list', 'config.data', 'ssconf_x.new', 'rapi']);
  const on = (kept: string) => paths.filter(({ keptOn }) => keptOn === kept).length;
  expect([on('all nodes'), on('all or none'), on('candidates')]).toEqual([9, 3, 1]);
  expect(paths.at(-1)).toEqual({
    path: '/var/lib/ganeti/ssconf_node_list',
    keptOn: 'all nodes',
  });
});

describe('modes and owners', () => {
  const args = [
    '-L',
    '--printf=%a %U %G %n\\n',
    ...['client', 'rapi', 'server', 'spice-ca', 'spice'].map((n) => `/var/lib/ganeti/${n}.pem`),
    '/var/lib/ganeti/cluster-domain-secret',
    '/var/lib/ganeti/config.data',
    '/var/lib/ganeti/hmac.key',
    '/var/lib/ganeti/queue',
    '/var/lib/ganeti/rapi',
    '/var/lib/ganeti/rapi/users',
    '/etc/ganeti/restricted-commands',
    '/etc/ganeti/vnc-cluster-password',
  ];
  const modes = async (stdout: string, stderr = '', code = 0) =>
    await modesOf(await madeHost({ commands: [{ command: 'stat', args, code, stdout, stderr }] }));

  test('of what exists', async () => {
    const missing = "stat: cannot statx '/var/lib/ganeti/spice.pem': No such file or directory\n";
    const rows = [
      '440 root gnt-daemons /var/lib/ganeti/server.pem\n',
      '1750 gnt-masterd UNKNOWN /var/lib/ganeti/queue\n',
    ];
    expect(await modes(rows.join(''), missing, 1)).toEqual([
      {
        path: '/var/lib/ganeti/server.pem',
        mode: '0440',
        owner: 'root',
        group: 'gnt-daemons',
      },
      { path: '/var/lib/ganeti/queue', mode: '1750', owner: 'gnt-masterd', group: 'UNKNOWN' },
    ]);
  });

  test('fail when one may not be looked at', async () => {
    const denied = "stat: cannot statx '/var/lib/ganeti/rapi/users': Permission denied\n";
    await expect(modes('', denied, 1)).rejects.toMatchObject({ kind: 'denied' });
  });

  test.each(['440 root\n', 'x root root /a\n', '440 root root a\n', '\0'])(
    'of %j are refused',
    async (text) => {
      await expect(modes(text)).rejects.toThrow(/stat: /);
    },
  );
});
