import { type Check, defineCheck } from '../check.ts';
import { unknownBecause } from '../evidence.ts';
import type { LvmFacts, VolumeGroup } from '../facts/lvm.ts';
import { fail, pass, skip, warn } from '../judgement.ts';
import { nearest } from '../nearest.ts';
import type { Policy } from '../policy.ts';
import { formatApart, formatBytes, MIB } from '../units.ts';
import { counted, listed } from '../wording.ts';
import { filesystemChecks } from './storage/filesystems.ts';
import { raidChecks } from './storage/raid.ts';
import { smartChecks } from './storage/smart.ts';
import { volumeChecks } from './storage/volumes.ts';

const volumeGroup = defineCheck({
  id: 'storage.volume-group',
  title: 'The volume group of the cluster exists',
  why: 'Every disk of a guest is a logical volume in it, under the same name on every node.',
  rules: ['LVM-01'],
  needs: ['lvm'],
  judge({ lvm }, policy) {
    const name = policy.storage.volumeGroup;
    const vg = volumeGroupOf(lvm, policy);
    if (vg !== undefined) {
      return pass(
        `volume group ${name}, ${formatBytes(vg.sizeBytes)} on ${counted(vg.pvCount, 'PV')}`,
      );
    }
    const others = lvm.volumeGroups.map((one) => one.name);
    const near = nearest(name, others);
    const found = others.length === 0 ? 'the node has none' : `the node has ${listed(others)}`;
    const hint = near === null ? '' : `; the nearest name is ${near}`;
    return fail(
      `no volume group "${name}": ${found}${hint}`,
      `pvcreate /dev/PARTITION && vgcreate ${name} /dev/PARTITION`,
    );
  },
});

/** The volume group that the policy names, by its exact name. */
function volumeGroupOf(lvm: LvmFacts, policy: Policy): VolumeGroup | undefined {
  return lvm.volumeGroups.find((one) => one.name === policy.storage.volumeGroup);
}

function withoutGroup(policy: Policy) {
  return skip(`no volume group "${policy.storage.volumeGroup}": see storage.volume-group`);
}

const size = defineCheck({
  id: 'storage.size',
  title: 'The volume group has the size that Ganeti demands',
  why: 'gnt-cluster init and verify refuse a volume group below 20480 MiB, as LVM counts it.',
  rules: ['LVM-02'],
  consequenceOf: [{ check: 'storage.volumes-complete' }],
  needs: ['lvm'],
  judge({ lvm }, policy) {
    const vg = volumeGroupOf(lvm, policy);
    if (vg === undefined) return withoutGroup(policy);
    const wanted = policy.storage.minimumSize;
    const found = `${vg.name} has ${mebibytes(vg.sizeBytes)}`;
    if (vg.sizeBytes >= wanted) return pass(`${found}, at least ${mebibytes(wanted)}`);
    return fail(
      `${found}, expected at least ${mebibytes(wanted)}: LVM's metadata and extents take a little`,
      `give it a partition of 21 GiB or more: vgextend ${vg.name} /dev/PARTITION`,
    );
  },
});

/** Whole MiB, as Ganeti compares them: a GiB with one decimal hides the extent that is missing. */
function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / MIB)} MiB`;
}

const free = defineCheck({
  id: 'storage.free',
  title: 'The volume group has room left',
  why: 'Ganeti never looks: the next disk, or the copy after a lost node, fails for want of it.',
  rules: ['LVM-03'],
  consequenceOf: [{ check: 'storage.volumes-complete' }],
  needs: ['lvm'],
  judge({ lvm }, policy) {
    const vg = volumeGroupOf(lvm, policy);
    if (vg === undefined) return withoutGroup(policy);
    if (vg.partial) unknownBecause(`${vg.name} lacks a PV, whose free space LVM still counts`);
    const wanted = policy.storage.minimumFree;
    const room = formatApart(vg.freeBytes, wanted);
    const found = `${room} of ${formatBytes(vg.sizeBytes)} free in ${vg.name}`;
    if (vg.freeBytes >= wanted) return pass(found);
    return warn(
      `${found}, expected at least ${formatBytes(wanted)}`,
      `vgextend ${vg.name} /dev/PARTITION, or move disks to other nodes`,
    );
  },
});

const empty = defineCheck({
  id: 'storage.empty',
  title: 'The volume group is empty before the cluster is made',
  why: 'Ganeti takes the volume group for its own and reports every other volume as an orphan.',
  rules: ['LVM-05'],
  needs: ['lvm'],
  judge({ lvm }, policy) {
    const vg = volumeGroupOf(lvm, policy);
    if (vg === undefined) return withoutGroup(policy);
    if (vg.lvCount === 0) return pass(`${vg.name} holds no logical volume`);
    const names = lvm.logicalVolumes.filter((lv) => lv.vg === vg.name).map((lv) => lv.name);
    const which = names.length === 0 ? '' : ` (${listed(names)})`;
    return warn(
      `${vg.name} holds ${counted(vg.lvCount, 'logical volume')}${which}, expected none`,
      `lvremove ${vg.name}/NAME, or name them in gnt-cluster init --reserved-lvs`,
    );
  },
});

const exported = defineCheck({
  id: 'storage.exported',
  title: 'The volume group is not exported',
  why: 'LVM refuses to use an exported volume group, while its name and size still show.',
  rules: ['LVM-01'],
  needs: ['lvm'],
  judge({ lvm }, policy) {
    const vg = volumeGroupOf(lvm, policy);
    if (vg === undefined) return withoutGroup(policy);
    if (!vg.exported) return pass(`${vg.name} is not exported (${vg.attributes})`);
    return fail(
      `${vg.name} is exported (${vg.attributes}), expected it in use`,
      `vgimport ${vg.name} && vgchange -ay ${vg.name}`,
    );
  },
});

const resizeable = defineCheck({
  id: 'storage.resizeable',
  title: 'The volume group can be extended',
  why: 'A full volume group that is not resizeable cannot be given another disk.',
  rules: ['LVM-03'],
  needs: ['lvm'],
  judge({ lvm }, policy) {
    const vg = volumeGroupOf(lvm, policy);
    if (vg === undefined) return withoutGroup(policy);
    if (vg.resizeable) return pass(`${vg.name} is resizeable (${vg.attributes})`);
    return warn(
      `${vg.name} is not resizeable (${vg.attributes}), expected it to be`,
      `vgchange --resizeable y ${vg.name}`,
    );
  },
});

/** Where the disks of guests are kept, and the filesystems of the node itself. */
export const storageChecks: Check[] = [
  volumeGroup,
  size,
  free,
  empty,
  exported,
  resizeable,
  ...volumeChecks,
  ...raidChecks,
  ...smartChecks,
  ...filesystemChecks,
];
