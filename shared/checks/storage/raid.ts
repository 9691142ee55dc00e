import { type Check, defineCheck, type Judgement } from '../../check.ts';
import { known } from '../../evidence.ts';
import type { RaidArray } from '../../facts/disks.ts';
import { fail, pass, skip, warn } from '../../judgement.ts';
import { listed } from '../../wording.ts';

const raid = defineCheck({
  id: 'storage.raid',
  title: 'No RAID array of the kernel is degraded',
  why: 'An array that has lost a disk loses every guest on it with the next one.',
  rules: ['LVM-12'],
  needs: ['disks'],
  judge({ disks }) {
    const arrays = known(disks.raidArrays);
    if (arrays.length === 0) return skip('the kernel runs no RAID array');
    return arrays.map((array) => ({ subject: array.name, ...judgeArray(array) }));
  },
});

function judgeArray(array: RaidArray): Judgement {
  const { name, state, level, wantedCount, workingCount, failed, action } = array;
  const running = action === null ? '' : `, ${action}`;
  const remedy = `mdadm --detail /dev/${name}; replace the disk and mdadm /dev/${name} --add it`;
  if (level === 'container') return pass(`${name} is the container of other arrays`);
  if (state !== 'active') {
    return warn(`${name} is ${state}, expected it active or gone`, remedy);
  }
  if (wantedCount === null || workingCount === null) {
    return pass(`${name} is ${level ?? 'active'}, without redundancy`);
  }
  const found = `${name} (${level ?? 'no level'}) has ${workingCount} of ${wantedCount} devices`;
  if (workingCount < wantedCount) {
    const lost = failed.length === 0 ? '' : `, failed: ${listed(failed)}`;
    return fail(`${found}${lost}${running}; expected all`, remedy);
  }
  if (failed.length > 0) {
    return warn(`${found}${running}, but ${listed(failed)} has failed and is no spare`, remedy);
  }
  return pass(`${found}${running}`);
}

/** The arrays below the volume group and the filesystems. */
export const raidChecks: Check[] = [raid];
