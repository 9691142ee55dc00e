import type { RaidArray } from '../shared/facts/disks.ts';
import type { Bond } from '../shared/facts/network.ts';
import type { OsFacts } from '../shared/facts/os.ts';

/** What a healthy Debian 12 node, ready for gnt-cluster init, tells of its boot and of Ganeti. */
export const sampleSetup = {
  installedKernels: { status: 'ok', value: ['6.1.0-40-amd64', '6.1.0-41-amd64'] },
  rebootRequired: { status: 'ok', value: false },
  failedUnits: { status: 'ok', value: [] },
  sshHostKeys: { status: 'ok', value: ['ecdsa', 'ed25519', 'rsa'] },
  clusterFiles: { status: 'ok', value: [] },
  accounts: {
    status: 'ok',
    value: {
      users: ['gnt-confd', 'gnt-masterd', 'gnt-rapi'],
      groups: {
        'gnt-admin': ['gnt-masterd', 'gnt-rapi'],
        'gnt-confd': ['gnt-masterd'],
        'gnt-daemons': ['gnt-confd', 'gnt-masterd', 'gnt-metad', 'gnt-rapi'],
        'gnt-masterd': ['gnt-masterd'],
        'gnt-rapi': [],
      },
    },
  },
  sysctls: { status: 'ok', value: { 'net.ipv4.ip_forward': '0', 'vm.swappiness': '60' } },
  osDefinitions: {
    status: 'ok',
    value: [
      { name: 'debootstrap', apiVersions: [20, 15, 10, 5], variants: ['default'] },
      { name: 'noop', apiVersions: [20], variants: ['default'] },
    ],
  },
} satisfies Partial<OsFacts>;

/** A mirror with both of its disks. */
export const sampleArray: RaidArray = {
  name: 'md0',
  state: 'active',
  level: 'raid1',
  wantedCount: 2,
  workingCount: 2,
  failed: [],
  action: null,
};

/** A bond by 802.3ad with both of its links. */
export const sampleBond: Bond = {
  name: 'bond0',
  mode: 'IEEE 802.3ad Dynamic link aggregation',
  up: true,
  activeSlave: null,
  aggregatorId: 1,
  slaves: ['eth2', 'eth3'].map((name) => ({
    name,
    up: true,
    speedMbps: 10_000,
    linkFailures: 0,
    aggregatorId: 1,
  })),
};
