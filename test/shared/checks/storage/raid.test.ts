import type { RaidArray } from '../../../../shared/facts/disks.ts';
import { failed, ok } from '../../../sample-report.ts';
import { sampleArray } from '../../../sample-setup.ts';
import { tableOf } from '../verdict.ts';

const array = (change: Partial<RaidArray>) => ({
  disks: { facts: { raidArrays: ok([{ ...sampleArray, ...change }]) } },
});

tableOf('storage.raid', {
  whole: { says: 'pass md0: md0 (raid1) has 2 of 2 devices' },
  'whole, being compared': {
    sections: array({ action: 'check 5.7%' }),
    says: 'pass md0: md0 (raid1) has 2 of 2 devices, check 5.7%',
  },
  'degraded, rebuilding': {
    sections: array({ workingCount: 1, failed: ['sdb1'], action: 'recovery 8.5%' }),
    says: 'fail md0: md0 (raid1) has 1 of 2 devices, failed: sdb1, recovery 8.5%; expected all',
  },
  'whole, its spare used up': {
    sections: array({ failed: ['sdc1'] }),
    says: 'warn md0: md0 (raid1) has 2 of 2 devices, but sdc1 has failed and is no spare',
  },
  'without redundancy': {
    sections: array({ level: 'raid0', wantedCount: null, workingCount: null }),
    says: 'pass md0: md0 is raid0, without redundancy',
  },
  inactive: {
    sections: array({ state: 'inactive', level: null, wantedCount: null, workingCount: null }),
    says: 'warn md0: md0 is inactive, expected it active or gone',
  },
  'the container of firmware RAID, which is never active': {
    sections: array({ state: 'inactive', level: 'container', wantedCount: null }),
    says: 'pass md0: md0 is the container of other arrays',
  },
  none: {
    sections: { disks: { facts: { raidArrays: ok([]) } } },
    says: 'skip: the kernel runs no RAID array',
  },
  'not readable': {
    sections: { disks: { facts: { raidArrays: failed('denied', '/proc/mdstat: denied') } } },
    says: 'unknown: /proc/mdstat: denied',
  },
});
