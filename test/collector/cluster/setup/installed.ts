import type { Membership } from '../../../../shared/facts/ganeti.ts';
import type { GanetiConfig, InstanceConfig } from '../../../../shared/facts/ganeti-config.ts';
import type { Guest } from '../../../../shared/facts/guests.ts';
import type { Facts, Report } from '../../../../shared/report.ts';
import { reportSchema } from '../../../../shared/report.ts';
import { MIB } from '../../../../shared/units.ts';
import { sampleGuest, sampleInstance, sampleMembership } from '../../../sample-ganeti.ts';
import { sampleReport } from '../../../sample-report.ts';
import { ok, seedPolicy } from '../../seed-cluster.ts';
import { judged } from '../judging.ts';

/** The names of the nodes; the first is the master, the guest is mirrored to the second. */
export const [first, second, third] = [1, 2, 3].map((number) => `ganeti0${number}.example.org`);
export const guest = sampleInstance.name;

/** What a test changes of a healthy cluster of three with one mirrored guest. */
export interface Changes {
  /** of what the master knows */
  master?: (member: Membership) => void;
  config?: (config: GanetiConfig) => void;
  /** of the parameters of the cluster */
  hvparams?: Record<string, string>;
  /** of the guest's own */
  instance?: (instance: InstanceConfig) => void;
  /** of the facts of a node, by its number */
  hosts?: Record<number, (facts: Facts) => void>;
  policy?: Record<string, unknown>;
}

/** What a check across nodes says of that cluster. */
export function said(id: string, changes: Changes = {}): string[] {
  return judged(id, installed(changes), seedPolicy(changes.policy));
}

/** The reports of that cluster. */
export function installed(changes: Changes = {}): Report[] {
  return [1, 2, 3].map((number) => reportOf(number, changes));
}

function reportOf(number: number, { hosts = {}, ...changes }: Changes): Report {
  const report = structuredClone(sampleReport());
  const facts: Record<string, unknown> = {};
  for (const [section, outcome] of Object.entries(report.sections)) {
    if (outcome?.status === 'ok') facts[section] = outcome.facts;
  }
  const own = facts as Facts;
  own.ganeti = { release: ok('3.0.2'), membership: ok(memberOf(number, changes)) };
  own.guests = { guests: number === 1 ? [sampleGuest()] : [] };
  own.network.addresses = ok([
    address('br0', `192.0.2.${4 + number}`),
    address('eth1', `10.0.0.${4 + number}`),
  ]);
  own.lvm.logicalVolumes = number === 3 ? [] : VOLUMES.map((name) => volume(name));
  own.drbd.devices = ok(number === 3 ? [] : [{ ...DEVICE }]);
  hosts[number]?.(own);
  const sections = Object.fromEntries(
    Object.entries(own).map(([name, value]) => [name, { status: 'ok', facts: value }]),
  );
  const collectedAt = '2026-03-01T02:48:00Z';
  const node = `ganeti0${number}.example.org`;
  return reportSchema.parse({ ...report, node, collectedAt, sections });
}

function memberOf(number: number, { master, config, hvparams, instance }: Changes): Membership {
  return sampleMembership(number, (member) => {
    member.ssconf.hvparamsKvm = { ...HVPARAMS, ...hvparams };
    if (member.master?.config.status !== 'ok') return;
    const value = structuredClone(member.master.config.value);
    member.master.config = ok(value);
    value.cluster.diskparams = { drbd: { ...DISKPARAMS } };
    value.cluster.hvparams = { kvm: { ...HVPARAMS, ...hvparams } };
    for (const one of value.instances) {
      one.disks = [structuredClone(DISK)];
      instance?.(one);
    }
    config?.(value);
    master?.(member);
  });
}

/** A cluster whose values are as they should be. */
const HVPARAMS = {
  cpu_mask: 'all',
  cpu_type: 'Skylake-Server-v3',
  cdrom_image_path: '',
  disk_aio: 'native',
  disk_cache: 'none',
  kernel_path: '',
  kvm_flag: 'enabled',
  kvm_path: '/usr/bin/kvm',
  machine_version: 'pc-i440fx-7.2',
  mem_path: '',
  migration_bandwidth: '800',
  migration_caps: '',
  vhost_net: 'True',
};

const DISKPARAMS = {
  'c-max-rate': '1048576',
  'c-min-rate': '102400',
  metavg: 'gnt',
  'resync-rate': '61440',
};

const UUID = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';
const VOLUMES = [`${UUID}.disk0_data`, `${UUID}.disk0_meta`];

const DISK: InstanceConfig['disks'][number] = {
  template: 'drbd',
  sizeMiB: 10_240,
  volumeGroup: 'gnt',
  lvNames: VOLUMES,
  path: null,
  drbd: {
    port: 11_000,
    minors: [
      { node: first ?? '', minor: 0 },
      { node: second ?? '', minor: 0 },
    ],
  },
};

const DEVICE: Extract<Facts['drbd']['devices'], { status: 'ok' }>['value'][number] = {
  minor: 0,
  resource: null,
  connection: 'Connected',
  localRole: 'Primary',
  peerRole: 'Secondary',
  localDisk: 'UpToDate',
  peerDisk: 'UpToDate',
  syncPercent: null,
  outOfSyncBytes: 0,
};

/** A DRBD device of another minor. */
export const device = (minor: number) => ({ ...DEVICE, minor });

/** A logical volume of the group of the cluster. */
export function volume(name: string, vg = 'gnt') {
  return {
    name,
    vg,
    sizeBytes: 128 * MIB,
    attributes: '-wi-ao----',
    poolDataPercent: null,
    tags: [],
  };
}

function address(name: string, value: string) {
  const family = 'inet' as const;
  return { interface: name, family, address: value, prefixLength: 24, scope: 'global' };
}

/** Another instance, not mirrored, on a node. */
export function plainInstance(name: string, node: string): InstanceConfig {
  return {
    ...structuredClone(sampleInstance),
    name,
    primaryNode: node,
    secondaryNodes: [],
    diskTemplate: 'plain',
    nics: [],
  };
}

/** The guest as it runs, changed. */
export function running(change: Parameters<typeof sampleGuest>[0]): (facts: Facts) => void {
  return ({ guests }) => {
    guests.guests = [sampleGuest(change)] satisfies Guest[];
  };
}
