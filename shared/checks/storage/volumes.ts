import { type Check, defineCheck } from '../../check.ts';
import type { LvmFacts } from '../../facts/lvm.ts';
import { fail, pass, skip, warn } from '../../judgement.ts';
import { counted, listed } from '../../wording.ts';

const complete = defineCheck({
  id: 'storage.volumes-complete',
  title: 'No volume of the volume group is missing, doubled or suspended',
  why: 'A lost or doubled physical volume means lost or wrong data in the disks of guests.',
  rules: ['LVM-06'],
  needs: ['lvm'],
  judge({ lvm }, policy) {
    const name = policy.storage.volumeGroup;
    const vg = lvm.volumeGroups.find((one) => one.name === name);
    if (vg === undefined) return skip(`no volume group "${name}": see storage.volume-group`);
    const faults = [
      ...(vg.partial ? [`${name} is partial (${vg.attributes})`] : []),
      ...faultsOfPvs(lvm, name),
      ...faultsOfLvs(lvm, name),
    ];
    if (faults.length === 0) return pass(`${counted(vg.pvCount, 'PV')} of ${name}, all there`);
    return fail(
      `${faults.join('; ')}; expected all volumes whole`,
      `pvs -a -o +pv_attr; bring the disk back, or vgreduce --removemissing ${name} after a backup`,
    );
  },
});

function faultsOfPvs(lvm: LvmFacts, vg: string): string[] {
  return lvm.physicalVolumes
    .filter((pv) => pv.vg === vg)
    .flatMap((pv) => [
      ...(pv.missing ? [`PV ${pv.name} is missing`] : []),
      ...(pv.duplicate ? [`PV ${pv.name} is a duplicate`] : []),
    ]);
}

/** Places in lv_attr, see lvs(8): the fifth letter is the state, the ninth the health. */
const STATE = 4;
const HEALTH = 8;
const suspended = new Set(['s', 'S', 'd', 'I']);

function faultsOfLvs(lvm: LvmFacts, vg: string): string[] {
  return lvm.logicalVolumes
    .filter((lv) => lv.vg === vg)
    .flatMap(({ name, attributes }) => [
      ...(suspended.has(attributes[STATE] ?? '-') ? [`LV ${name} is suspended or invalid`] : []),
      ...(attributes[HEALTH] === 'p' ? [`LV ${name} is partial`] : []),
    ]);
}

const pvNames = defineCheck({
  id: 'storage.pv-names',
  title: 'No physical volume has a colon in its name',
  why: 'gnt-cluster verify counts a PV with a colon in its path as an error of LVM.',
  rules: ['LVM-07'],
  needs: ['lvm'],
  judge({ lvm }, policy) {
    const name = policy.storage.volumeGroup;
    const names = lvm.physicalVolumes.filter((pv) => pv.vg === name).map((pv) => pv.name);
    if (names.length === 0) return skip(`no PV belongs to a volume group "${name}"`);
    const bad = names.filter((one) => one.includes(':'));
    if (bad.length === 0) return pass(listed(names));
    return fail(
      `${listed(bad)} has a colon in its name, expected none`,
      'let lvm.conf prefer names without one, such as those of /dev/disk/by-id/wwn-*',
    );
  },
});

/** LVM's own monitor begins to warn of a thin pool or a snapshot at this share. */
const POOL_FULL_PERCENT = 80;

const pools = defineCheck({
  id: 'storage.pools',
  title: 'No thin pool or snapshot is nearly full',
  why: 'A full thin pool fails the writes of every volume in it; a full snapshot is lost.',
  rules: ['LVM-16'],
  needs: ['lvm'],
  judge({ lvm }, policy) {
    const name = policy.storage.volumeGroup;
    const filled = lvm.logicalVolumes.flatMap((lv) =>
      lv.vg === name && lv.poolDataPercent !== null
        ? [{ name: lv.name, percent: lv.poolDataPercent }]
        : [],
    );
    if (filled.length === 0) return skip(`no thin pool and no snapshot in ${name}`);
    const full = filled.filter((lv) => lv.percent >= POOL_FULL_PERCENT);
    const shown = (full.length === 0 ? filled : full).map((lv) => `${lv.name} ${lv.percent} %`);
    if (full.length === 0) return pass(`full to: ${shown.join(', ')}`);
    return warn(
      `full to: ${shown.join(', ')}; expected less than ${POOL_FULL_PERCENT} %`,
      `lvextend -L +SIZE ${name}/NAME, or remove the snapshot`,
    );
  },
});

/** The physical and logical volumes of the cluster's volume group. */
export const volumeChecks: Check[] = [complete, pvNames, pools];
