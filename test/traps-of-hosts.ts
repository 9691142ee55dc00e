import { nodeNames } from './collector/seed-cluster.ts';
import type { Changes, VisibleTrap } from './trap-cluster.ts';

const one = 'ganeti01';

/** A host whose firmware has virtualisation switched off; what QEMU said then is real. */
const noKvm: Changes = {
  snapshot: {
    opens: { '/dev/kvm': { failure: { kind: 'not_found', message: 'no such device' } } },
    stats: { '/dev/kvm': { failure: { kind: 'not_found', message: 'no such device' } } },
  },
  ends: {
    '/usr/bin/kvm -no-user-config': {
      code: 1,
      stdout: '',
      stderr:
        'Could not access KVM kernel module: No such file or directory\n' +
        'qemu-system-x86_64: failed to initialize kvm: No such file or directory\n',
    },
  },
};

/** Traps in processors, modules, disks and the number of nodes. */
export const trapsOfHosts: readonly VisibleTrap[] = [
  {
    trap: 4,
    title: 'CascadeLake is no model of QEMU',
    policy: { hvparams: { cpu_type: 'CascadeLake' } },
    gate: 'closed',
    finds: [
      {
        check: 'cpu.configured-type',
        verdict: 'fail',
        node: one,
        says: 'knows no CPU model "CascadeLake"; the nearest name is Cascadelake-Server',
        remedy: 'cpu_type=Cascadelake-Server',
      },
    ],
  },
  {
    trap: 6,
    title: '-cpu help prints the same list on a node that cannot run KVM',
    only: { ganeti02: noKvm },
    gate: 'closed',
    finds: [
      {
        check: 'virtualisation.kvm',
        verdict: 'fail',
        node: 'ganeti02',
        says: '/dev/kvm',
      },
    ],
  },
  {
    trap: 8,
    title: 'qemu64 is kept as it is',
    policy: { hvparams: { cpu_type: 'qemu64' } },
    gate: 'open',
    finds: [
      { check: 'cpu.configured-type', verdict: 'warn', node: one, says: 'qemu64', remedy: 'cpu' },
    ],
  },
  {
    trap: 10,
    title: 'two nodes are a cluster that stands still when one is down',
    policy: {
      nodes: nodeNames
        .slice(0, 2)
        .map((name, index) => ({ name, address: `192.0.2.${5 + index}` })),
    },
    gate: 'open',
    finds: [{ check: 'nodes.count', verdict: 'warn', says: '2 nodes', remedy: 'plan for 3' }],
  },
  {
    trap: 11,
    title: 'the flag of an Intel CPU is vmx',
    only: { ganeti01: { ...noKvm, files: { '/proc/cpuinfo': [[/ (vmx|svm)\b/g, '']] } } },
    gate: 'closed',
    finds: [
      { check: 'virtualisation.flag', verdict: 'fail', node: one, says: 'vmx', remedy: 'firmware' },
    ],
  },
  {
    trap: 13,
    title: 'the DRBD module is loaded with its own helper',
    all: {
      files: {
        '/etc/modprobe.d/drbd.conf': '# nothing\n',
        '/sys/module/drbd/parameters/usermode_helper': '/sbin/drbdadm\n',
      },
    },
    gate: 'closed',
    finds: [
      {
        check: 'drbd.usermode-helper',
        verdict: 'fail',
        node: one,
        says: '/sbin/drbdadm',
        remedy: 'usermode_helper=/bin/true',
      },
      {
        check: 'drbd.helper-persistence',
        verdict: 'warn',
        node: one,
        says: 'after a reboot it is /sbin/drbdadm',
        remedy: 'usermode_helper=/bin/true',
      },
    ],
  },
  {
    trap: 20,
    title: 'the rest of the disk is less than 20480 MiB after metadata',
    only: { ganeti03: { commands: { vgs: [[/23618125824/g, '21470642176']] } } },
    gate: 'closed',
    finds: [
      {
        check: 'storage.size',
        verdict: 'fail',
        node: 'ganeti03',
        says: '20476 MiB',
      },
    ],
  },
  {
    trap: 25,
    title: 'SSH has an ed25519 key alone',
    all: {
      snapshot: {
        lists: { '/etc/ssh': ['ssh_host_ed25519_key', 'ssh_host_ed25519_key.pub', 'sshd_config'] },
      },
    },
    gate: 'closed',
    finds: [
      {
        check: 'os.ssh-host-key',
        verdict: 'fail',
        node: one,
        says: 'ed25519',
        remedy: 'ssh-keygen',
      },
    ],
  },
];
