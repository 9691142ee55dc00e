import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import { liveHost } from '../../../agent/host/live.ts';
import { openRecordedHost } from '../../../agent/host/recorded.ts';
import { osProbe, packageNames, parseOsRelease, parsePackages } from '../../../agent/probes/os.ts';
import { osSchema } from '../../../shared/facts/os.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { captures, describeWith, program, reference } from '../../requirements.ts';
import { madeHost, recordedHost } from '../recorded-hosts.ts';

const policy = defaultPolicy();
const setup = [
  'installedKernels',
  'rebootRequired',
  'failedUnits',
  'sshHostKeys',
  'clusterFiles',
  'accounts',
  'osDefinitions',
  'sysctls',
];
/** What a recording of an older agent does not hold: it fails, each by itself. */
const unrecorded = Object.fromEntries(
  setup.map((name) => [
    name,
    { status: 'failed', error: expect.objectContaining({ kind: 'not_recorded' }) },
  ]),
);
const none = Object.fromEntries(packageNames.map((name) => [name, null]));

test('a Debian 12 node with Ganeti', async () => {
  const facts = await osProbe.collect(await recordedHost('xeon-e5-vtx-off'), policy);
  expect(osSchema.parse(facts)).toEqual({
    id: 'debian',
    versionId: '12',
    codename: 'bookworm',
    prettyName: 'Debian GNU/Linux 12 (bookworm)',
    kernelRelease: '6.1.0-40-amd64',
    kernelVersion: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.153-1 (2025-09-20)',
    kernelParameters: { status: 'ok', value: ['intel_iommu=on', 'kvm-intel.nested=1'] },
    packages: {
      status: 'ok',
      value: {
        ...none,
        'bridge-utils': '1.7.1-1',
        chrony: '4.3-2+deb12u3',
        'drbd-utils': '9.22.0-1',
        fping: '5.1-1',
        ganeti: '3.0.2-3',
        'ganeti-3.0': '3.0.2-3',
        'ganeti-instance-debootstrap': '0.16-8',
        'ganeti-os-noop': '0.2-5',
        ifupdown: '0.8.41',
        'intel-microcode': '3.20250812.1~deb12u1',
        iproute2: '6.1.0-3',
        'iputils-arping': '3:20221126-1+deb12u1',
        lvm2: '2.03.16-2',
        'openssh-server': '1:9.2p1-2+deb12u7',
        'qemu-system-x86': '1:7.2+dfsg-7+deb12u18+b3',
        socat: '1.7.4.4-2',
      },
    },
    ...unrecorded,
  });
});

test('a host of the RHEL family has no dpkg to ask', async () => {
  const facts = await osProbe.collect(await recordedHost('xeon-gold-two-microcodes'), policy);
  expect(osSchema.parse(facts)).toEqual({
    id: 'rocky',
    versionId: '9.6',
    codename: null,
    prettyName: 'Rocky Linux 9.6 (Blue Onyx)',
    kernelRelease: '5.14.0-570.el9.x86_64',
    kernelVersion: '#1 SMP PREEMPT_DYNAMIC Mon May 12 10:00:00 UTC 2025',
    kernelParameters: {
      status: 'ok',
      value: ['mitigations=auto', 'tsx=off', 'hugepagesz=1G', 'hugepages=4'],
    },
    packages: {
      status: 'failed',
      error: {
        kind: 'not_found',
        message: 'dpkg-query: no such command',
        source: expect.any(String),
      },
    },
    ...unrecorded,
  });
});

test("the guide's node: its boot, and what Ganeti asks of the system", async () => {
  const facts = await osProbe.collect(await recordedHost('seed-ganeti01'), policy);
  const ok = <T>(value: T) => ({ status: 'ok', value });
  expect(facts).toMatchObject({
    installedKernels: ok(['6.1.0-40-amd64']),
    rebootRequired: ok(false),
    failedUnits: ok([]),
    sshHostKeys: ok(['ecdsa', 'ed25519', 'rsa']),
    clusterFiles: ok([]),
    accounts: ok({ users: ['gnt-confd', 'gnt-masterd', 'gnt-rapi'] }),
    sysctls: ok({
      'net.bridge.bridge-nf-call-arptables': null,
      'net.bridge.bridge-nf-call-ip6tables': null,
      'net.bridge.bridge-nf-call-iptables': null,
      'net.ipv4.ip_forward': '0',
      'net.ipv6.conf.all.forwarding': '0',
      'vm.swappiness': '60',
    }),
    osDefinitions: ok([
      { name: 'debootstrap', apiVersions: [20, 15, 10, 5], variants: ['default'] },
      { name: 'noop', apiVersions: [5, 10], variants: [] },
    ]),
  });
});

test('nothing else of the command line is in the facts', async () => {
  const hosts = ['xeon-e5-vtx-off', 'xeon-gold-two-microcodes', 'epyc-guest-restricted-kvm'];
  for (const name of hosts) {
    const facts = JSON.stringify(await osProbe.collect(await recordedHost(name), policy));
    expect(facts).not.toMatch(/must-not-leak|secret|root=|BOOT_IMAGE/);
  }
});

test('of an old recording the release is taken from /proc/version', async () => {
  const files = { '/proc/version': 'Linux version 3.2.0-4-amd64 (debian-kernel) #1 SMP\n' };
  expect(await osProbe.collect(await madeHost({ files }), policy)).toMatchObject({
    id: null,
    kernelRelease: '3.2.0-4-amd64',
    kernelVersion: null,
    kernelParameters: { status: 'failed', error: { kind: 'not_recorded' } },
    packages: { status: 'failed', error: { kind: 'not_recorded' } },
  });
});

test('without any kernel release the section fails', async () => {
  await expect(osProbe.collect(await madeHost({}), policy)).rejects.toMatchObject({
    kind: 'not_recorded',
  });
});

describe('os-release', () => {
  test('values are unquoted as a shell does', () => {
    const lines = ['# comment', '', 'ID=debian', 'A="two words"', "B='it is'"];
    const text = [...lines, 'C="say \\"x\\" \\$"', 'D=', 'E=""', ''].join('\n');
    expect([...parseOsRelease(text)]).toEqual([
      ['ID', 'debian'],
      ['A', 'two words'],
      ['B', 'it is'],
      ['C', 'say "x" $'],
      ['D', ''],
      ['E', ''],
    ]);
  });

  test.each(['ID', 'ID="debian', 'ID=debian 12', 'id: debian', '<html>', 'ID=a\0', '=x'])(
    '%j is refused',
    (text) => {
      expect(() => parseOsRelease(text)).toThrow(ParseError);
    },
  );
});

describe('the answer of dpkg-query', () => {
  const unknown = (names: readonly string[]) =>
    names.map((name) => `dpkg-query: no packages found matching ${name}\n`).join('');
  const others = unknown(packageNames.filter((name) => name !== 'lvm2'));

  test.each([
    ['installed', 'lvm2\tinstalled\t2.03.16-2\n', '2.03.16-2'],
    ['waiting for triggers', 'lvm2\ttriggers-pending\t2.03.16-2\n', '2.03.16-2'],
    ['removed with its configuration left', 'lvm2\tconfig-files\t2.03.16-2\n', null],
    ['half installed', 'lvm2\thalf-installed\t2.03.16-2\n', null],
    ['known and not installed', 'lvm2\tnot-installed\t\n', null],
    ['one of two architectures', 'lvm2\tnot-installed\t\nlvm2\tinstalled\t1.0\n', '1.0'],
    ['the other of two', 'lvm2\tinstalled\t1.0\nlvm2\tnot-installed\t\n', '1.0'],
  ])('%s', (_name, stdout, version) => {
    expect(parsePackages(stdout, others)).toEqual({ ...none, lvm2: version });
  });

  test('no package known is an answer', () => {
    expect(parsePackages('', unknown(packageNames))).toEqual(none);
  });

  test.each([
    ['empty', '', ''],
    ['silent about a package', '', others],
    ['cut off', 'lvm2\tinsta', others],
    ['other columns', 'ii  lvm2  2.03.16-2  amd64\n', others],
    ['binary', 'lvm2\tinstalled\t1\0\n', others],
    ['another locale', '', others.replaceAll('no packages found matching', 'kein Paket gefunden')],
  ])('%s is refused', (_name, stdout, stderr) => {
    expect(() => parsePackages(stdout, stderr)).toThrow(ParseError);
  });
});

describeWith([captures], 'recorded machines', () => {
  test('this machine, as captured', async () => {
    const tree = reference('captures', 'this-machine', 'sysroot');
    const release = readFileSync(`${tree}/proc/sys/kernel/osrelease`, 'utf8').trim();
    const facts = osSchema.parse(await osProbe.collect(await openRecordedHost(tree), policy));
    expect(facts).toMatchObject({ id: 'debian', versionId: '12', kernelRelease: release });
  });

  test.each([
    ['debian-11-chroot', 'bullseye'],
    ['debian-13-chroot', 'trixie'],
  ])('%s is %s', (name, codename) => {
    const path = reference('captures', name, 'commands', 'os-release');
    const text = readFileSync(path, 'utf8');
    expect(parseOsRelease(text).get('VERSION_CODENAME')).toBe(codename);
  });
});

describeWith([program('dpkg-query', 'dpkg')], 'the dpkg of this machine', () => {
  test('answers about every package asked for', async () => {
    const { packages } = osSchema.parse(await osProbe.collect(liveHost(), policy));
    expect(packages.status).toBe('ok');
    expect(packages.status === 'ok' && Object.keys(packages.value)).toEqual(packageNames);
  });
});
