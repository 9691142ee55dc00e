import { nodeNames } from './collector/seed-cluster.ts';
import type { Changes, VisibleTrap } from './trap-cluster.ts';

const DATA = '/var/lib/ganeti';
const RUNTIME = '/var/run/ganeti/kvm-hypervisor';
const addresses = [5, 6, 7].map((last) => `192.0.2.${last}`);
const [one = ''] = nodeNames;
const guest = 'web.example.org';
const ABSENT = { kind: 'not_found', message: 'no such file or directory' };

/** What is set of the cluster, and how its guest was started. */
interface Settings {
  hypervisors?: string[];
  hvparams?: Record<string, string | number | boolean>;
  diskparams?: Record<string, string | number>;
  candidates?: string[];
  given?: string[];
}

/** The guide's nodes after gnt-cluster init, made by hand: one guest runs on the first of them. */
function cluster(settings: Settings): Pick<VisibleTrap, 'asked' | 'all' | 'only'> {
  const ssconf = ssconfOf(settings);
  const names = Object.keys(ssconf).map((path) => path.slice(DATA.length + 1));
  const given = [...`kvm -name ${guest} -m 512 -smp 1`.split(' '), ...(settings.given ?? [])];
  const master: Changes = {
    files: {
      [`${DATA}/config.data`]: JSON.stringify(configOf(settings)),
      [`${RUNTIME}/pid/${guest}`]: '4242\n',
      '/proc/4242/cmdline': `${given.join('\0')}\0`,
    },
    snapshot: { lists: { [DATA]: [...names, 'config.data'], [`${RUNTIME}/pid`]: [guest] } },
  };
  return {
    asked: 'health',
    all: {
      files: ssconf,
      snapshot: {
        lists: { [DATA]: names },
        failures: { [`${RUNTIME}/pid`]: ABSENT, '/run/ganeti': ABSENT },
      },
    },
    only: { ganeti01: master },
  };
}

function ssconfOf({ hypervisors = ['kvm'], hvparams, candidates = nodeNames }: Settings) {
  const perNode = (values: readonly string[], sign: string) =>
    nodeNames.map((name, index) => `${name}${sign}${values[index]}`).join('\n');
  const params = Object.entries({ ...HVPARAMS, ...hvparams }).map(([name, value]) => {
    return `${name}=${value === true ? 'True' : value === false ? 'False' : value}`;
  });
  const texts: Record<string, string> = {
    cluster_name: 'ganeti-cluster01.example.org',
    release_version: '3.0.2',
    master_node: one,
    master_ip: '192.0.2.4',
    master_netdev: 'br0',
    master_candidates: candidates.join('\n'),
    master_candidates_certs: '',
    node_list: nodeNames.join('\n'),
    node_primary_ips: perNode(addresses, ' '),
    node_secondary_ips: perNode(addresses, ' '),
    node_vm_capable: perNode(['True', 'True', 'True'], '='),
    offline_nodes: '',
    online_nodes: nodeNames.join('\n'),
    instance_list: guest,
    nodegroups: 'group-1 default',
    hypervisor_list: hypervisors.join('\n'),
    hvparams_kvm: params.join('\n'),
    cluster_tags: '',
  };
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [`${DATA}/ssconf_${name}`, `${text}\n`]),
  );
}

/** As the guide sets them; the rest is as Ganeti has it. */
const HVPARAMS = {
  cdrom_image_path: '',
  cpu_type: 'Skylake-Server-v3',
  disk_aio: 'native',
  disk_cache: 'none',
  kernel_path: '',
  kvm_flag: '',
  kvm_path: '/usr/bin/kvm',
  machine_version: '',
  migration_bandwidth: 500,
  migration_caps: '',
  security_model: 'none',
  serial_console: true,
  vhost_net: true,
  vnc_bind_address: '',
};

function configOf(settings: Settings) {
  const { hypervisors = ['kvm'], hvparams, diskparams, candidates = nodeNames } = settings;
  const nodes = nodeNames.map((name, index) => ({
    ...{ name, primary_ip: addresses[index], secondary_ip: addresses[index], group: 'group-1' },
    ...{ offline: false, drained: false, master_capable: true, vm_capable: true },
    master_candidate: candidates.includes(name),
  }));
  return {
    version: 3_000_000,
    serial_no: 7,
    cluster: {
      ...{ cluster_name: 'ganeti-cluster01.example.org', master_node: 'node-0' },
      ...{ master_netdev: 'br0', candidate_pool_size: 10, modify_etc_hosts: true },
      enabled_hypervisors: hypervisors,
      enabled_disk_templates: ['plain', 'drbd'],
      volume_group_name: 'gnt',
      hvparams: { kvm: { ...HVPARAMS, ...hvparams } },
      beparams: { default: { minmem: 512, maxmem: 512, vcpus: 1, auto_balance: true } },
      nicparams: { default: { mode: 'bridged', link: 'br0', vlan: '' } },
      diskparams: { drbd: { metavg: 'gnt', ...diskparams } },
      default_iallocator: 'hail',
    },
    nodes: Object.fromEntries(nodes.map((node, index) => [`node-${index}`, node])),
    nodegroups: { 'group-1': { name: 'default' } },
    instances: {
      'instance-1': {
        ...{ name: guest, primary_node: 'node-0', os: 'noop', hypervisor: 'kvm' },
        admin_state: 'up',
      },
    },
  };
}

const cpu = ['-cpu', 'Skylake-Server-v3'];

/**
 * Traps that spring only once the cluster runs, in its configuration and its guests. The gate is
 * closed in any case: no daemon of Ganeti runs on hosts of so few files.
 */
export const trapsOfClusters: readonly VisibleTrap[] = [
  {
    trap: 7,
    title: 'a new cpu_type does not reach the guest that runs',
    ...cluster({ given: ['-cpu', 'Broadwell'] }),
    gate: 'closed',
    finds: [
      {
        check: 'guests.frozen',
        verdict: 'warn',
        node: 'ganeti01',
        says: `${guest} with CPU Broadwell, expected Skylake-Server-v3`,
        remedy: 'gnt-instance stop',
      },
    ],
  },
  {
    trap: 9,
    title: 'the pool of master candidates is ten, not six',
    ...cluster({ given: cpu, candidates: [one] }),
    gate: 'closed',
    finds: [
      {
        check: 'ganeti.candidates',
        verdict: 'warn',
        node: 'ganeti01',
        says: '1 candidate, expected 3 (pool 10, 3 eligible nodes)',
        remedy: 'auto-promote',
      },
    ],
  },
  {
    trap: 12,
    title: 'serial port off and no VNC set leave no console at all',
    ...cluster({ given: cpu, hvparams: { serial_console: false } }),
    gate: 'closed',
    finds: [
      {
        check: 'security.console',
        verdict: 'warn',
        node: 'ganeti01',
        says: guest,
        remedy: 'serial',
      },
    ],
  },
  {
    trap: 14,
    title: 'the rates of the guide are bytes/s where Ganeti takes KiB/s',
    ...cluster({
      given: cpu,
      diskparams: { 'c-min-rate': 104_857_600, 'c-max-rate': 1_073_741_824 },
    }),
    gate: 'closed',
    finds: [
      {
        check: 'drbd.rates',
        verdict: 'warn',
        subject: 'c-min-rate',
        says: '104857600 KiB/s (100 GiB/s)',
        remedy: 'c-min-rate=102400',
      },
      {
        check: 'drbd.rates',
        verdict: 'warn',
        subject: 'c-max-rate',
        says: '1073741824 KiB/s (1 TiB/s)',
        remedy: 'c-max-rate=1048576',
      },
    ],
  },
  {
    trap: 15,
    title: 'a migration_bandwidth of 1000 is all of a link that DRBD shares',
    ...cluster({ given: cpu, hvparams: { migration_bandwidth: 1000 } }),
    gate: 'closed',
    finds: [
      {
        check: 'qemu.migration-bandwidth',
        verdict: 'warn',
        says: '1000 MiB/s (8.4 Gbit/s)',
        remedy: 'migration_bandwidth=',
      },
    ],
  },
  {
    trap: 22,
    title: 'the ISO of the installation stays attached',
    ...cluster({
      given: [...cpu, '-drive', 'file=/srv/debian.iso,format=raw,if=none,id=cd,media=cdrom'],
    }),
    gate: 'closed',
    finds: [
      {
        check: 'guests.media',
        verdict: 'warn',
        says: `${guest} (runs with /srv/debian.iso)`,
        remedy: 'cdrom_image_path=',
      },
    ],
  },
  {
    trap: 23,
    title: 'without --enabled-hypervisors the cluster is one of Xen',
    ...cluster({ given: cpu, hypervisors: ['xen-pvm'] }),
    gate: 'closed',
    finds: [
      {
        check: 'ganeti.hypervisors',
        verdict: 'fail',
        node: 'ganeti01',
        says: 'xen-pvm',
        remedy: '--enabled-hypervisors=kvm',
      },
    ],
  },
];
