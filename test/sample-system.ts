import type { NetworkInterface } from '../shared/facts/network.ts';
import type { Report } from '../shared/report.ts';
import { seedInventory } from './collector/seed-inventory.ts';
import { sampleBoot } from './sample-boot.ts';
import { sampleNames } from './sample-names.ts';
import { samplePeers } from './sample-peers.ts';
import { sampleArray, sampleBond, sampleSetup } from './sample-setup.ts';
import { sampleSmart } from './sample-smart.ts';

const GIB = 2 ** 30;

/** The sections of a healthy report that tell of the system, its storage, network and names. */
export const sampleSystem = {
  identity: {
    status: 'ok',
    facts: {
      hostname: 'ganeti01',
      fqdn: { status: 'ok', value: 'ganeti01.example.org' },
      machineIdHash: '5f'.repeat(32),
      bootId: '0b0c2f6e-6d0a-4c2c-9a53-3f0a2b1c4d5e',
    },
  },
  os: {
    status: 'ok',
    facts: {
      id: 'debian',
      versionId: '12',
      codename: 'bookworm',
      prettyName: 'Debian GNU/Linux 12 (bookworm)',
      kernelRelease: '6.1.0-41-amd64',
      kernelVersion: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.158-1 (2025-11-09)',
      kernelParameters: { status: 'ok', value: ['intel_iommu=on'] },
      packages: { status: 'ok', value: packages() },
      ...sampleSetup,
    },
  },
  filesystems: {
    status: 'ok',
    facts: {
      mounts: [
        mount('/', ['/', '/boot'], 80e9),
        mount('/var', ['/var', '/var/lib/ganeti', '/var/log'], 40e9),
      ],
    },
  },
  disks: {
    status: 'ok',
    facts: {
      raidArrays: { status: 'ok', value: [sampleArray] },
      disks: {
        status: 'ok',
        value: [{ name: 'sda', sizeBytes: 480_103_981_056, rotational: false, model: 'SSD 480' }],
      },
      smart: { status: 'ok', value: [{ disk: 'sda', health: sampleSmart() }] },
    },
  },
  lvm: {
    status: 'ok',
    facts: {
      volumeGroups: [
        {
          name: 'gnt',
          sizeBytes: 200 * GIB,
          freeBytes: 200 * GIB,
          extentBytes: 4_194_304,
          pvCount: 1,
          lvCount: 0,
          attributes: 'wz--n-',
          partial: false,
          exported: false,
          resizeable: true,
        },
      ],
      physicalVolumes: [
        {
          name: '/dev/sda5',
          vg: 'gnt',
          sizeBytes: 200 * GIB,
          freeBytes: 200 * GIB,
          attributes: 'a--',
          missing: false,
          duplicate: false,
        },
      ],
      logicalVolumes: [],
    },
  },
  network: {
    status: 'ok',
    facts: {
      interfaces: [
        link('lo', { operState: 'unknown', physical: false, mtuBytes: 65_536, macAddress: null }),
        link('eth0', { master: 'br0', speedMbps: 10_000, duplex: 'full' }),
        link('eth1', { speedMbps: 10_000, duplex: 'full', macAddress: '52:54:00:00:02:05' }),
        link('br0', { kind: 'bridge', physical: false }),
      ],
      bridges: [
        { name: 'br0', ports: ['eth0'], stp: false, forwardDelayMs: 0, vlanFiltering: false },
      ],
      addresses: {
        status: 'ok',
        value: [
          { ...address('lo', '127.0.0.1', 8), scope: 'host' },
          address('br0', '192.0.2.5', 24),
          address('eth1', '10.0.0.5', 24),
        ],
      },
      bonds: { status: 'ok', value: [sampleBond] },
      boot: sampleBoot,
      routes: {
        status: 'ok',
        value: [
          {
            family: 'inet',
            destination: 'default',
            gateway: '192.0.2.1',
            interface: 'br0',
            source: null,
            metric: null,
            type: null,
          },
          {
            family: 'inet',
            destination: '192.0.2.0/24',
            gateway: null,
            interface: 'br0',
            source: '192.0.2.5',
            metric: null,
            type: null,
          },
        ],
      },
    },
  },
  drbd: {
    status: 'ok',
    facts: {
      moduleAvailable: { status: 'ok', value: { version: '8.4.11' } },
      loaded: { status: 'ok', value: true },
      loadedVersion: '8.4.11',
      usermodeHelper: { status: 'ok', value: '/bin/true' },
      utilsVersion: { status: 'ok', value: '9.22.0' },
      devices: { status: 'ok', value: [] },
      loadedAtBootBy: { status: 'ok', value: ['/usr/lib/modules-load.d/drbd.conf'] },
      bootOptions: { status: 'ok', value: { usermode_helper: '/bin/true' } },
      fips: { status: 'ok', value: false },
    },
  },
  names: sampleNames,
  time: {
    status: 'ok',
    facts: {
      synchronised: { status: 'ok', value: true },
      source: 'chrony',
      offsetMs: 0.4,
      timezone: 'Etc/UTC',
      clocksource: 'tsc',
    },
  },
  inventory: { status: 'ok', facts: seedInventory },
  peers: { status: 'ok', facts: samplePeers },
} satisfies Partial<Report['sections']>;

function packages(): Record<string, string | null> {
  return {
    'amd64-microcode': null,
    arping: null,
    'bridge-utils': '1.7.1-1',
    chrony: '4.3-2+deb12u1',
    'drbd-utils': '9.22.0-1',
    fping: '5.1-1',
    ganeti: '3.0.2-3',
    'ganeti-3.0': '3.0.2-3',
    'ganeti-3.1': null,
    'ganeti-instance-debootstrap': '0.16-8',
    'ganeti-os-noop': '0.2-6',
    ifupdown: '0.8.41',
    ifupdown2: null,
    'intel-microcode': '3.20250812.1~deb12u1',
    iproute2: '6.1.0-3',
    'iputils-arping': '3:20221126-1+deb12u1',
    lvm2: '2.03.16-2',
    'openssh-server': '1:9.2p1-2+deb12u7',
    'qemu-system-x86': '1:7.2+dfsg-7+deb12u18',
    socat: '1.7.4.4-2',
    'systemd-timesyncd': null,
  };
}

function mount(path: string, holds: string[], totalBytes: number) {
  const space = { totalBytes, freeBytes: totalBytes * 0.8, availableBytes: totalBytes * 0.75 };
  const options = ['rw', 'relatime'];
  return {
    path,
    source: path === '/' ? '/dev/sda2' : '/dev/sda3',
    type: 'ext4',
    options,
    holds,
    space: { status: 'ok' as const, value: space },
  };
}

function link(name: string, more: Partial<NetworkInterface>): NetworkInterface {
  return {
    name,
    kind: null,
    macAddress: '52:54:00:00:01:05',
    mtuBytes: 1500,
    up: true,
    operState: 'up',
    carrier: true,
    speedMbps: null,
    duplex: null,
    master: null,
    physical: true,
    ...more,
  };
}

function address(name: string, text: string, prefixLength: number) {
  return { interface: name, family: 'inet' as const, address: text, prefixLength, scope: 'global' };
}
