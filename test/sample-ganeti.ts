import type { MasterFacts, Membership } from '../shared/facts/ganeti.ts';
import type { GanetiConfig, InstanceConfig } from '../shared/facts/ganeti-config.ts';
import type { Guest, GuestArguments } from '../shared/facts/guests.ts';
import type { Report } from '../shared/report.ts';
import { MIB } from '../shared/units.ts';

const ok = <T>(value: T) => ({ status: 'ok' as const, value });

/** Ganeti is installed, and the node is in no cluster yet. */
export const sampleGaneti = {
  guests: { status: 'ok', facts: { guests: [] } },
  ganeti: { status: 'ok', facts: { release: ok('3.0.2'), membership: ok(null) } },
} satisfies Report['sections'];

/** The nodes of the running cluster that the samples below tell of. */
export const memberNames = [1, 2, 3].map((number) => `ganeti0${number}.example.org`);

const digest = (number: number) => `${number}${number}`.concat(':ab'.repeat(19));

/** What the guide's node `number` knows of a healthy cluster of three, the first being master. */
export function sampleMembership(number = 1, change?: (member: Membership) => void): Membership {
  const master = number === 1;
  const member: Membership = {
    ssconf: sampleSsconf(),
    ownName: memberNames[number - 1] ?? null,
    role: master ? 'master' : 'candidate',
    master: master ? sampleMaster() : null,
    daemons: ok(
      ['noded', 'confd', 'mond', 'kvmd', 'metad', 'luxid', 'wconfd', 'rapi'].map((name, at) => {
        const running = at < 3 || (master && at > 4);
        return { name: `ganeti-${name}`, running, arguments: running ? argumentsOf(name) : null };
      }),
    ),
    daemonArguments: ok({ LUXID_ARGS: [], WCONFD_ARGS: [], RAPI_ARGS: argumentsOf('rapi') }),
    queueDrained: ok(false),
    watcherPausedUntil: ok(null),
    watcherRanAt: ok(master ? '2026-11-22T11:50:00.000Z' : null),
    jobFileCount: ok(12),
    certificates: ['client', 'rapi', 'server', 'spice-ca', 'spice'].map((name) => ({
      path: `/var/lib/ganeti/${name}.pem`,
      certificate: ok({
        notBefore: '2026-01-01T00:00:00.000Z',
        notAfter: '2031-01-01T00:00:00.000Z',
        selfSigned: name !== 'client',
        sha1: name === 'client' ? digest(number) : digest(9),
      }),
    })),
    managedFiles: [
      { path: '/etc/hosts', keptOn: 'all nodes', content: ok({ digest: 'aa' }) },
      { path: '/var/lib/ganeti/hmac.key', keptOn: 'all nodes', content: ok({ digest: 'bb' }) },
      {
        path: '/var/lib/ganeti/ssconf_node_list',
        keptOn: 'all nodes',
        content: ok({ digest: 'cc' }),
      },
      { path: '/var/lib/ganeti/rapi/users', keptOn: 'all or none', content: ok(null) },
      { path: '/var/lib/ganeti/config.data', keptOn: 'candidates', content: ok({ digest: 'dd' }) },
    ],
    rapiUsers: ok({ users: 1, plaintext: 0, writers: 0 }),
    modes: ok([
      mode('/var/lib/ganeti/hmac.key', '0440', 'gnt-masterd'),
      mode('/var/lib/ganeti/queue', '0750', 'gnt-masterd'),
      mode('/etc/ganeti/restricted-commands', '0755', 'root'),
    ]),
    upgradeIntent: false,
  };
  change?.(member);
  return member;
}

function argumentsOf(name: string): string[] {
  return name === 'rapi' ? ['-b', '127.0.0.1', '--require-authentication'] : [];
}

/** Mode and owner of a file, its group that of the master daemon. */
export function mode(path: string, bits: string, owner: string) {
  return { path, mode: bits, owner, group: 'gnt-masterd' };
}

function sampleSsconf(): Membership['ssconf'] {
  return {
    clusterName: 'ganeti-cluster01.example.org',
    releaseVersion: '3.0.2',
    masterNode: memberNames[0] ?? '',
    masterAddress: '192.0.2.4',
    masterNetdev: 'br0',
    masterCandidates: [...memberNames],
    nodes: memberNames.map((name, index) => ({
      name,
      primaryAddress: `192.0.2.${5 + index}`,
      secondaryAddress: `10.0.0.${5 + index}`,
      vmCapable: true,
      online: true,
    })),
    instances: ['web.example.org'],
    nodeGroups: [{ uuid: 'group-1', name: 'default' }],
    hypervisors: ['kvm'],
    hvparamsKvm: { ...HVPARAMS },
    clusterTags: [],
    candidateCertificates: [1, 2, 3].map((number) => ({
      node: `node-${number}`,
      sha1: digest(number),
    })),
  };
}

const HVPARAMS = {
  security_model: 'none',
  serial_console: 'True',
  spice_bind: '',
  vnc_bind_address: '127.0.0.1',
};

/** What the master of the sample knows. */
export function sampleMaster(): MasterFacts {
  return {
    config: ok(sampleConfig()),
    lastVerify: ok({
      jobIds: [85, 86],
      startedAt: '2026-11-22T06:00:00.000Z',
      endedAt: '2026-11-22T06:00:09.000Z',
      ok: true,
      ignoredErrors: [],
      skippedChecks: [],
      findings: [],
    }),
    jobs: ok([]),
  };
}

const beparams = {
  minMemoryMiB: 512,
  maxMemoryMiB: 512,
  vcpus: 1,
  autoBalance: true,
  alwaysFailover: false,
};
const nicparams = { mode: 'bridged', link: 'br0', vlan: '' };
const ipolicy = { vcpuRatio: 4, spindleRatio: 32, diskTemplates: null, ranges: [] };

/** The one instance of the sample: on the first node, its disks mirrored to the second. */
export const sampleInstance: InstanceConfig = {
  uuid: 'instance-1',
  name: 'web.example.org',
  primaryNode: memberNames[0] ?? '',
  secondaryNodes: [memberNames[1] ?? ''],
  adminState: 'up',
  os: 'noop',
  hypervisor: 'kvm',
  diskTemplate: 'drbd',
  hvparams: {},
  beparams,
  nics: [{ ...nicparams, mac: 'aa:00:00:11:22:33', network: null }],
  disks: [],
  networkPort: 11_000,
  tags: [],
};

function sampleConfig(): GanetiConfig {
  return {
    version: 3_000_000,
    serial: 42,
    cluster: {
      name: 'ganeti-cluster01.example.org',
      masterNode: memberNames[0] ?? '',
      masterNetdev: 'br0',
      candidatePoolSize: 10,
      enabledHypervisors: ['kvm'],
      enabledDiskTemplates: ['plain', 'drbd'],
      volumeGroup: 'gnt',
      drbdUsermodeHelper: '/bin/true',
      reservedLvs: [],
      hvparams: { kvm: { vnc_bind_address: '127.0.0.1' } },
      osHvparams: {},
      beparams,
      nicparams,
      diskparams: {},
      defaultIallocator: 'hail',
      ipolicy,
      tags: [],
      modifyEtcHosts: true,
      maintainNodeHealth: false,
      enabledUserShutdown: false,
      exclusiveStorage: false,
      fileStorageDir: null,
      sharedFileStorageDir: null,
      glusterStorageDir: null,
    },
    groups: [],
    nodes: memberNames.map((name, index) => ({
      uuid: `node-${index + 1}`,
      name,
      primaryAddress: `192.0.2.${5 + index}`,
      secondaryAddress: `10.0.0.${5 + index}`,
      group: 'default',
      offline: false,
      drained: false,
      masterCandidate: true,
      masterCapable: true,
      vmCapable: true,
      tags: [],
    })),
    instances: [structuredClone(sampleInstance)],
  };
}

/** A running guest with a serial port, as Ganeti 3.0 starts it. */
export function sampleGuest(change: Partial<GuestArguments> = {}): Guest {
  return {
    instance: 'web.example.org',
    pid: ok(4242),
    process: ok({
      state: 'running',
      executable: '/usr/bin/qemu-system-x86_64',
      deleted: false,
      acceleration: 'kvm',
      uid: 0,
      startedAfterBootMs: 60_000,
      arguments: ok({ ...ARGUMENTS, ...change }),
    }),
    frozen: ok(true),
    taps: ok({ 0: 'tap0' }),
  };
}

const ARGUMENTS: GuestArguments = {
  program: '/usr/bin/kvm',
  name: 'web.example.org',
  cpu: 'Skylake-Server-v3',
  machine: 'pc-i440fx-7.2',
  acceleration: [],
  memoryBytes: 512 * MIB,
  ...{ vcpus: 1, sockets: null, cores: null, threads: null },
  vnc: [],
  spice: [],
  serial: true,
  ...{ drives: [], nics: [], devices: [], kernelPath: null, initrdPath: null, memoryPath: null },
  ...{ incoming: null, runAs: null, chroot: false, oldSocketFlags: true, options: [] },
};
