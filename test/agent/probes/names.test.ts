import { execFileSync } from 'node:child_process';
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { type Host, ParseError } from '../../../agent/host/host.ts';
import { liveHost } from '../../../agent/host/live.ts';
import {
  namesProbe,
  parseAhosts,
  parseHosts,
  parseHostsOrder,
} from '../../../agent/probes/names.ts';
import { namesSchema } from '../../../shared/facts/names.ts';
import { type Policy, policySchema } from '../../../shared/policy.ts';
import { describeWith, program } from '../../requirements.ts';
import { madeHost, recordedHost } from '../recorded-hosts.ts';

const ok = <T>(value: T) => ({ status: 'ok', value });
const found = (name: string, ...addresses: string[]) => ({
  name,
  files: ok(addresses),
  resolver: ok(addresses),
});
const guide = cluster('ganeti-cluster01.example.org', [
  'ganeti01.example.org',
  'ganeti02.example.org',
  'ganeti03.example.org',
]);

test("the guide's table gives two nodes one address", async () => {
  expect(await namesFacts(await recordedHost('seed-ganeti03'), guide)).toEqual({
    hostname: 'ganeti03',
    fqdn: ok('ganeti03.example.org'),
    hosts: ok([
      { line: 1, address: '127.0.0.1', names: ['localhost'] },
      {
        line: 2,
        address: '192.0.2.4',
        names: ['ganeti-cluster01.example.org', 'ganeti-cluster01'],
      },
      { line: 3, address: '192.0.2.5', names: ['ganeti01.example.org', 'ganeti01'] },
      { line: 4, address: '192.0.2.6', names: ['ganeti02.example.org', 'ganeti02'] },
      { line: 5, address: '192.0.2.6', names: ['ganeti03.example.org', 'ganeti03'] },
      { line: 8, address: '::1', names: ['localhost', 'ip6-localhost', 'ip6-loopback'] },
      { line: 9, address: 'ff02::1', names: ['ip6-allnodes'] },
      { line: 10, address: 'ff02::2', names: ['ip6-allrouters'] },
    ]),
    badHostsLines: [],
    hostsOrder: ['files', 'dns'],
    own: [found('ganeti03', '192.0.2.6'), found('ganeti03.example.org', '192.0.2.6')],
    lookups: [
      found('ganeti01.example.org', '192.0.2.5'),
      found('ganeti02.example.org', '192.0.2.6'),
      found('ganeti03.example.org', '192.0.2.6'),
      found('ganeti-cluster01.example.org', '192.0.2.4'),
    ],
  });
});

test('loopback first, damaged lines, and a name the resolver does not answer for', async () => {
  const names = ['peer.example.net', 'broken.example.net', 'slow.example.net', '-x'];
  const facts = await namesFacts(await recordedHost('bookworm-worn-node'), cluster('', names));
  expect(facts.badHostsLines).toEqual([6, 7]);
  expect(facts.hostsOrder).toEqual(['files', 'mdns4_minimal', 'dns', 'myhostname']);
  expect(facts.own).toEqual([found('worn.example.net', '127.0.1.1', '203.0.113.7')]);
  const [peer, broken, slow, option] = facts.lookups;
  expect(peer).toEqual(found('peer.example.net', '203.0.113.8', '2001:db8::8'));
  expect(broken).toEqual(found('broken.example.net'));
  expect(slow).toMatchObject({ files: ok([]), resolver: { error: { kind: 'timed_out' } } });
  expect(option).toMatchObject({ files: ok([]), resolver: { error: { kind: 'unsupported' } } });
});

test('a name without an FQDN is looked up by itself', async () => {
  const facts = await namesFacts(await recordedHost('bookworm-before-setup'), cluster('', []));
  expect(facts.fqdn).toMatchObject({ status: 'failed', error: { kind: 'exit_code' } });
  expect(facts.own).toEqual([found('fresh', '127.0.1.1')]);
});

describe('odd hosts', () => {
  test('of a bare tree nothing is claimed', async () => {
    const facts = namesFacts(await madeHost({}), cluster('', []));
    await expect(facts).rejects.toMatchObject({ kind: 'not_recorded' });
  });

  test('a table that cannot be read fails what is drawn from it, not the resolver', async () => {
    const host = await madeHost({ like: 'seed-ganeti01', files: { '/etc/hosts': '\0\x01' } });
    const facts = await namesFacts(host, guide);
    const unparsable = { status: 'failed', error: { kind: 'unparsable' } };
    expect(facts.hosts).toMatchObject(unparsable);
    expect(facts.lookups[0]).toMatchObject({ files: unparsable, resolver: ok(['192.0.2.5']) });
  });

  test('forty names are answered in the order of the policy', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `node${index}.example.net`);
    const commands = names.map((name, index) => ({
      command: 'getent',
      args: ['ahosts', name],
      code: 0,
      stdout: `192.0.2.${index} STREAM ${name}\n`,
      stderr: '',
    }));
    const host = await madeHost({ files: { '/etc/hostname': 'one\n' }, commands });
    const { lookups } = await namesFacts(host, cluster('', names));
    expect(lookups.map(({ name, resolver }) => [name, resolver])).toEqual(
      names.map((name, index) => [name, ok([`192.0.2.${index}`])]),
    );
  });
});

describe('/etc/hosts', () => {
  test('TABs, blanks, comments, many names, CRLF and IPv6 are read with their lines', () => {
    const blanks = '\t127.0.0.1\tlocalhost  loopback # both\r\n\r\n#192.0.2.1 off\n';
    const text = `${blanks}::1 localhost#x\nfe80::1%eth0 gw`;
    expect(parseHosts(text)).toEqual({
      lines: [
        { line: 1, address: '127.0.0.1', names: ['localhost', 'loopback'] },
        { line: 4, address: '::1', names: ['localhost'] },
        { line: 5, address: 'fe80::1%eth0', names: ['gw'] },
      ],
      badLines: [],
    });
  });

  test('an empty table is a table', () => {
    expect(parseHosts('')).toEqual({ lines: [], badLines: [] });
  });

  test.each([
    ['192.0.2.5'],
    ['192.0.2.256 node'],
    ['192.0.02.5 node'],
    ['ganeti01 192.0.2.5'],
    ['192.0.2.5 no/name'],
    ['192.0.2.5, node'],
  ])('%j is no line of it', (line) => {
    expect(parseHosts(`127.0.0.1 localhost\n${line}\n`).badLines).toEqual([2]);
  });

  test('a very large table is read in time', () => {
    const text = '10.0.0.1 a.example.net a\n'.repeat(40_000);
    expect(parseHosts(text).lines).toHaveLength(40_000);
  });
});

test.each([
  ['hosts: files dns\n', ['files', 'dns']],
  ['#hosts: db\npasswd: files\nhosts:\tfiles [!UNAVAIL=return] dns # last\n', ['files', 'dns']],
  ['passwd: files\n', null],
  ['', null],
])('nsswitch.conf %j', (text, order) => {
  expect(parseHostsOrder(text)).toEqual(order);
});

test.each(['', '\n', 'STREAM node\n', '\0\0', '192.0.2.5\nnonsense here\n'])(
  'an answer of getent is refused: %j',
  (text) => expect(() => parseAhosts(text)).toThrow(ParseError),
);

describeWith([program('getent', 'libc-bin')], 'the names of this machine', () => {
  test('are its own, and one that cannot exist has no address', async () => {
    const policy = cluster('', ['localhost', 'muster-has-no-such-name.invalid']);
    const facts = await namesFacts(liveHost(), policy);
    expect(facts.hostname).toBe(hostname());
    const fqdn = execFileSync('hostname', ['--fqdn'], { encoding: 'utf8' }).trim();
    expect(facts.fqdn).toEqual(ok(fqdn));
    const [localhost, none] = facts.lookups;
    expect(localhost?.resolver).toMatchObject({ status: 'ok' });
    const addresses = localhost?.resolver.status === 'ok' ? localhost.resolver.value : [];
    expect(['127.0.0.1', '::1']).toEqual(expect.arrayContaining(addresses));
    expect(addresses).not.toEqual([]);
    expect(none?.resolver).toEqual(ok([]));
  });
});

function cluster(name: string, nodes: string[]): Policy {
  return policySchema.parse({ cluster: { name }, nodes: nodes.map((node) => ({ name: node })) });
}

async function namesFacts(host: Host, policy: Policy) {
  return namesSchema.parse(await namesProbe.collect(host, policy));
}
