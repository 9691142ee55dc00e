import type { Section } from '../../shared/report.ts';
import type { Probe } from '../probe.ts';
import { cpuProbe } from './cpu.ts';
import { disksProbe } from './disks.ts';
import { drbdProbe } from './drbd.ts';
import { filesystemsProbe } from './filesystems.ts';
import { ganetiProbe } from './ganeti.ts';
import { guestsProbe } from './guests.ts';
import { identityProbe } from './identity.ts';
import { inventoryProbe } from './inventory.ts';
import { kvmProbe } from './kvm.ts';
import { lvmProbe } from './lvm.ts';
import { memoryProbe } from './memory.ts';
import { namesProbe } from './names.ts';
import { networkProbe } from './network.ts';
import { osProbe } from './os.ts';
import { peersProbe } from './peers.ts';
import { qemuProbe } from './qemu.ts';
import { timeProbe } from './time.ts';

// a section without a probe, or a probe of the wrong shape, does not compile
const bySection = {
  identity: identityProbe,
  cpu: cpuProbe,
  kvm: kvmProbe,
  qemu: qemuProbe,
  memory: memoryProbe,
  os: osProbe,
  filesystems: filesystemsProbe,
  disks: disksProbe,
  lvm: lvmProbe,
  network: networkProbe,
  drbd: drbdProbe,
  names: namesProbe,
  time: timeProbe,
  guests: guestsProbe,
  ganeti: ganetiProbe,
  inventory: inventoryProbe,
  peers: peersProbe,
} satisfies { [S in Section]: Probe<S> };

/** Every probe, one for each section of the report. */
export const probes: readonly Probe<Section>[] = Object.values(bySection);
