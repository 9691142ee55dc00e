import type { Held, PlanLine, Rest, StepKind } from '../../shared/install-plan.ts';

/** One step on one node, before equal ones of several nodes are told as one. */
export interface Draft {
  kind: StepKind;
  /** the node on which it runs */
  node: string;
  /** the node it is about, where that is another one */
  of?: string;
  lines: PlanLine[];
  result?: string[];
  reason: string;
  held?: Held;
  /** nothing is left to do */
  done?: boolean;
  /** findings beyond those of what the step mends */
  restsOn?: Rest[];
}

interface Kind {
  title: string;
  mends: readonly string[];
  /** checks that it does not mend, and whose passing it rests on */
  restsOn?: readonly string[];
}

/** What each kind of step is called, and the checks whose faults are gone once it has run. */
export const kinds: Record<StepKind, Kind> = {
  packages: {
    title: 'packages',
    mends: ['os.packages', 'os.tools', 'os.accounts', 'qemu.present', 'drbd.utils'],
  },
  'ssh-host-key': { title: 'an RSA host key for SSH', mends: ['os.ssh-host-key'] },
  'vhost-net': { title: 'the module vhost_net', mends: ['virtualisation.vhost-net'] },
  'drbd-module': {
    title: 'the module drbd and its options',
    mends: ['drbd.loaded', 'drbd.usermode-helper', 'drbd.persistence', 'drbd.helper-persistence'],
  },
  'volume-group': { title: 'the volume group', mends: ['storage.volume-group'] },
  bridge: {
    title: 'the bridge, so that it survives a reboot',
    mends: [
      'network.bridge',
      'network.bridge-address',
      'network.bridge-uplink',
      'network.master-netdev',
      'network.boot-manager',
      'network.boot-configuration',
      'network.boot-runtime',
      'network.vlan-filtering',
    ],
  },
  reboot: { title: 'reboot', mends: [] },
  hosts: {
    title: 'names in /etc/hosts',
    mends: [
      'names.resolve',
      'names.own-not-loopback',
      'names.own-address',
      'names.resolution',
      'names.files-agree',
    ],
  },
  init: {
    title: 'gnt-cluster init',
    mends: [],
    restsOn: [
      ...['storage.volume-group', 'storage.size', 'network.master-netdev', 'names.own-address'],
      ...['drbd.usermode-helper', 'os.ssh-host-key', 'os.leftovers', 'names.cluster-distinct'],
      'addresses.duplicate',
    ],
  },
  'node-group': { title: 'node groups', mends: [] },
  'node-add': {
    title: 'gnt-node add',
    mends: [],
    restsOn: ['addresses.duplicate', 'names.fqdn', 'network.secondary-address', 'os.leftovers'],
  },
  'nic-parameters': { title: 'network of the guests', mends: [], restsOn: ['network.bridge'] },
  iallocator: { title: 'instance allocator', mends: ['ganeti.iallocator'] },
  'disk-parameters': { title: 'DRBD', mends: [], restsOn: ['drbd.version'] },
  'drbd-rates': {
    title: 'resync rates of DRBD, in KiB/s',
    mends: ['drbd.rates'],
    restsOn: ['network.secondary-speed'],
  },
  'hypervisor-parameters': {
    title: 'KVM',
    mends: ['virtualisation.kvm-flag', 'virtualisation.vhost-net-set', 'security.console'],
    restsOn: ['virtualisation.kvm', 'virtualisation.vhost-net'],
  },
  'migration-bandwidth': {
    title: 'bandwidth of migrations, in MiB/s',
    mends: ['qemu.migration-bandwidth'],
    restsOn: ['network.secondary-speed'],
  },
  'machine-version': {
    title: 'machine type of the guests',
    mends: ['qemu.machine-common', 'qemu.machine-version'],
  },
  'cpu-type': {
    title: 'CPU type of the guests',
    mends: [
      'cpu.common-type',
      'cpu.configured-common',
      'cpu.configured-type',
      'cpu.configured-version',
      'cpu.configured-runnable',
      'cpu.enforced',
      'cpu.host-equal',
      'cpu.mitigations',
    ],
  },
  'migration-tags': {
    title: 'tags that keep htools from impossible moves',
    mends: [],
    restsOn: ['cpu.same-kind', 'cpu.same-vendor', 'qemu.version-equal'],
  },
  verify: { title: 'gnt-cluster verify', mends: [] },
};

/** A command; `unless` is another one, whose success makes it needless. */
export function run(argv: readonly string[], unless: readonly string[] | null = null): PlanLine {
  return { do: 'run', argv: [...argv], unless: unless && [...unless] };
}

/** Held back because something that was found forbids it; `remedy` frees it. */
export function forbidden(reason: string, remedy: string): Held {
  return { by: 'fail', reason, needs: remedy };
}

/** Held back because something is not known; `evidence` would tell. */
export function untold(reason: string, evidence: string): Held {
  return { by: 'unknown', reason, needs: evidence };
}
