import { type Check, defineCheck, type Judgement } from '../../check.ts';
import { known, unknownBecause } from '../../evidence.ts';
import type { SmartHealth } from '../../facts/smart.ts';
import { fail, pass, skip, unknown, warn } from '../../judgement.ts';
import { listed } from '../../wording.ts';

/** The maker's endurance is reached at 100; from here on a new disk can still be had in time. */
const WEAR_PERCENT_MAX = 80;

const smart = defineCheck({
  id: 'storage.smart',
  title: 'No disk says that it is failing or worn out',
  why: 'A disk tells of itself weeks before it dies; behind plain volumes a guest dies with it.',
  rules: ['LVM-12'],
  needs: ['disks'],
  judge({ disks }) {
    if (disks.smart === undefined) unknownBecause('its agent did not ask the disks');
    const told = known(disks.smart);
    if (told === null) {
      return skip(
        'smartctl is not installed, so the disks were not asked: apt-get install smartmontools',
      );
    }
    if (told.length === 0) return skip('the node has no disk to ask');
    return told.map(({ disk, health }) => {
      const judged =
        health.status === 'ok' ? judgeDisk(disk, health.value) : unknown(health.error.message);
      return { ...judged, subject: disk };
    });
  },
});

function judgeDisk(disk: string, health: SmartHealth): Judgement {
  const { state, note } = health;
  if (state === 'asleep') return unknown(`${disk} is asleep and was not woken (${note})`);
  if (state === 'none') {
    return skip(
      `${disk} offers no SMART data (${note}): a virtual disk, or one that only the tool of its ` +
        'RAID controller can ask',
    );
  }
  const failing = failingWords(health);
  if (failing.length > 0) {
    const remedy = `move its guests away, then replace ${disk}: smartctl --all /dev/${disk}`;
    return fail(`${disk} is failing: ${listed(failing)}`, remedy);
  }
  const worn = wornWords(health);
  if (worn.length > 0) {
    const remedy = `smartctl --test=long /dev/${disk}; have a disk ready to replace it`;
    return warn(`${disk} has ${listed(worn)}`, remedy);
  }
  return pass(`${disk} is well by its own word${wearWords(health)}`);
}

/** The bits of the critical warning of NVMe, but for the temperature, which passes. */
const CRITICAL: [bit: number, words: string][] = [
  [1, 'its spare blocks run out'],
  [4, 'it calls itself unreliable'],
  [8, 'it is read-only'],
  [16, 'its backup of memory has failed'],
  [32, 'its persistent memory is read-only'],
];
const TOO_HOT = 2;

function failingWords({ passed, failedNow, criticalWarning }: SmartHealth): string[] {
  const critical = CRITICAL.filter(([bit]) => ((criticalWarning ?? 0) & bit) !== 0);
  return [
    ...(passed === false ? ['its own verdict is FAILED'] : []),
    ...(failedNow.length > 0 ? [`${listed(failedNow)} below the threshold`] : []),
    ...critical.map(([, words]) => words),
  ];
}

function wornWords(health: SmartHealth): string[] {
  const { reallocated, pending, uncorrectable, wearPercent, criticalWarning } = health;
  const counts: [number | null, string][] = [
    [reallocated, 'reallocated'],
    [pending, 'pending'],
    [uncorrectable, 'uncorrectable'],
  ];
  return [
    ...counts.flatMap(([count, word]) => (count ? [`${count} ${word}`] : [])),
    ...((wearPercent ?? 0) >= WEAR_PERCENT_MAX
      ? [`${wearPercent} % of its endurance used, from ${WEAR_PERCENT_MAX} % on too much`]
      : []),
    ...(((criticalWarning ?? 0) & TOO_HOT) !== 0 ? ['a temperature out of its range'] : []),
    ...(health.failedBefore.length > 0
      ? [`${listed(health.failedBefore)} once below the threshold`]
      : []),
    ...(health.selfTestFailed ? ['an error in the log of its self-tests'] : []),
  ];
}

function wearWords({ wearPercent }: SmartHealth): string {
  return wearPercent === null ? '' : `, ${wearPercent} % of its endurance used`;
}

/** What the disks say of themselves. */
export const smartChecks: Check[] = [smart];
