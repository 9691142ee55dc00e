import { doctoredDisks } from './doctored-disks.ts';
import { doctoredGaneti } from './doctored-ganeti.ts';
import { doctoredGuests } from './doctored-guests.ts';
import { doctoredNames } from './doctored-names.ts';
import { doctoredNetwork } from './doctored-network.ts';
import { doctoredPeers } from './doctored-peers.ts';
import { doctoredSecurity } from './doctored-security.ts';
import { doctoredSystem } from './doctored-system.ts';
import type { Doctoring } from './doctoring.ts';
import { failed, ok } from './sample-report.ts';

const volumeGroup = {
  name: 'gnt',
  sizeBytes: 21_474_836_480,
  freeBytes: 21_474_836_480,
  extentBytes: 4_194_304,
  pvCount: 1,
  lvCount: 0,
  attributes: 'wz--n-',
  partial: false,
  exported: false,
  resizeable: true,
};

const group = (change: Partial<typeof volumeGroup>) => ({
  lvm: { facts: { volumeGroups: [{ ...volumeGroup, ...change }] } },
});

const pool = (poolDataPercent: number) => ({
  lvm: {
    facts: {
      logicalVolumes: [
        {
          name: 'pool',
          vg: 'gnt',
          sizeBytes: 1_073_741_824,
          attributes: 'twi-aotz--',
          poolDataPercent,
          tags: [],
        },
      ],
    },
  },
});

const packageMissing = (name: string) => ({
  os: { facts: { packages: { value: { [name]: null } } } },
});

/** For every check a host that it must not pass. */
export const doctored: Record<string, Doctoring> = {
  'cpu.architecture': { verdict: 'fail', sections: { cpu: { facts: { architecture: 'i686' } } } },
  'cpu.uniform': { verdict: 'fail', sections: { cpu: { facts: { differences: ['stepping'] } } } },
  'cpu.online': { verdict: 'warn', sections: { cpu: { facts: { offline: [7] } } } },
  'cpu.configured-type': { verdict: 'fail', policy: { hvparams: { cpu_type: 'CascadeLake' } } },
  'cpu.configured-runnable': {
    verdict: 'fail',
    policy: { hvparams: { cpu_type: 'Cascadelake-Server-v1' } },
  },
  'cpu.enforced': { verdict: 'warn', policy: { hvparams: { cpu_type: 'Skylake-Server-v1' } } },
  'cpu.configured-version': {
    verdict: 'warn',
    policy: { hvparams: { cpu_type: 'Skylake-Server', machine_version: undefined } },
  },
  'cpu.microcode-package': { verdict: 'warn', sections: packageMissing('intel-microcode') },
  'cpu.vulnerabilities': {
    verdict: 'warn',
    sections: { cpu: { facts: { vulnerabilities: ok({ mds: 'Vulnerable; SMT vulnerable' }) } } },
  },
  'virtualisation.flag': {
    verdict: 'fail',
    sections: {
      cpu: { facts: { flags: ['lm'] } },
      kvm: { facts: { opening: failed('not_found', 'no such file') } },
      qemu: { facts: { kvm: failed('exit_code', 'no KVM') } },
    },
  },
  'virtualisation.module': {
    verdict: 'fail',
    sections: {
      kvm: { facts: { modules: ok(['kvm']), opening: failed('not_found', 'no such file') } },
    },
  },
  'virtualisation.kvm': {
    verdict: 'fail',
    sections: {
      kvm: { facts: { device: ok(null), opening: failed('not_found', 'no such file') } },
      qemu: { facts: { kvm: failed('exit_code', 'no KVM') } },
    },
  },
  'virtualisation.bare-metal': {
    verdict: 'warn',
    sections: { cpu: { facts: { flags: ['hypervisor', 'lm'] } } },
  },
  'virtualisation.vhost-net': {
    verdict: 'fail',
    sections: { kvm: { facts: { vhostNet: ok(false) } } },
  },
  'virtualisation.tun': { verdict: 'fail', sections: { kvm: { facts: { tun: ok(false) } } } },
  'qemu.present': { verdict: 'fail', sections: { qemu: { facts: { binary: null } } } },
  'qemu.version-known': {
    verdict: 'fail',
    sections: { qemu: { facts: { version: ok('2.8.1') } } },
  },
  'qemu.machine-version': { verdict: 'warn', policy: { hvparams: { machine_version: 'pc' } } },
  'memory.minimum': { verdict: 'warn', sections: { memory: { facts: { totalBytes: 1_000_000 } } } },
  'memory.swap': { verdict: 'warn', sections: { memory: { facts: { swapFreeBytes: 0 } } } },
  'os.release': { verdict: 'warn', sections: { os: { facts: { versionId: '11' } } } },
  'os.packages': { verdict: 'fail', sections: packageMissing('ganeti') },
  'os.tools': { verdict: 'fail', sections: packageMissing('socat') },
  'os.kernel-parameters': {
    verdict: 'warn',
    sections: { os: { facts: { kernelParameters: ok(['mitigations=off']) } } },
  },
  ...doctoredSystem,
  'storage.volume-group': { verdict: 'fail', sections: group({ name: 'gnt2' }) },
  'storage.size': { verdict: 'fail', sections: group({ sizeBytes: 21_474_836_479 }) },
  'storage.free': { verdict: 'warn', sections: group({ freeBytes: 0 }) },
  'storage.empty': { verdict: 'warn', sections: group({ lvCount: 1 }) },
  'storage.exported': { verdict: 'fail', sections: group({ exported: true }) },
  'storage.resizeable': { verdict: 'warn', sections: group({ resizeable: false }) },
  'storage.volumes-complete': { verdict: 'fail', sections: group({ partial: true }) },
  'storage.pv-names': {
    verdict: 'fail',
    sections: {
      lvm: {
        facts: {
          physicalVolumes: [
            {
              name: '/dev/disk/by-path/pci-0000:00:1f.2',
              vg: 'gnt',
              sizeBytes: 1,
              freeBytes: 1,
              attributes: 'a--',
              missing: false,
              duplicate: false,
            },
          ],
        },
      },
    },
  },
  'storage.pools': { verdict: 'warn', sections: pool(80), passes: { sections: pool(79.9) } },
  'storage.root-filesystem': {
    verdict: 'fail',
    policy: { thresholds: { rootMinimum: '1 TiB' } },
  },
  'storage.filesystem-free': {
    verdict: 'warn',
    policy: { thresholds: { filesystemFreePercent: 76 } },
  },
  ...doctoredDisks,
  ...doctoredNetwork,
  'drbd.module': {
    verdict: 'fail',
    sections: { drbd: { facts: { loaded: ok(false), moduleAvailable: ok(null) } } },
  },
  'drbd.loaded': { verdict: 'fail', sections: { drbd: { facts: { loaded: ok(false) } } } },
  'drbd.version': { verdict: 'fail', sections: { drbd: { facts: { loadedVersion: '9.2.1' } } } },
  'drbd.usermode-helper': {
    verdict: 'fail',
    sections: { drbd: { facts: { usermodeHelper: ok('/sbin/drbdadm') } } },
  },
  'drbd.persistence': {
    verdict: 'warn',
    sections: { drbd: { facts: { loadedAtBootBy: ok([]) } } },
  },
  'drbd.helper-persistence': {
    verdict: 'warn',
    sections: { drbd: { facts: { bootOptions: { value: { usermode_helper: undefined } } } } },
  },
  'drbd.digest': { verdict: 'fail', sections: { drbd: { facts: { fips: ok(true) } } } },
  'drbd.utils': { verdict: 'fail', sections: { drbd: { facts: { utilsVersion: ok(null) } } } },
  'drbd.devices': {
    verdict: 'fail',
    sections: {
      drbd: {
        facts: {
          devices: ok([
            {
              minor: 0,
              resource: null,
              connection: 'StandAlone',
              localRole: 'Primary',
              peerRole: 'Unknown',
              localDisk: 'UpToDate',
              peerDisk: 'DUnknown',
              syncPercent: null,
              outOfSyncBytes: 0,
            },
          ]),
        },
      },
    },
  },
  ...doctoredNames,
  ...doctoredPeers,
  ...doctoredGaneti,
  ...doctoredGuests,
  ...doctoredSecurity,
  'time.synchronised': {
    verdict: 'warn',
    sections: { time: { facts: { synchronised: ok(false) } } },
  },
  'time.clocksource': { verdict: 'warn', sections: { time: { facts: { clocksource: 'hpet' } } } },
};
