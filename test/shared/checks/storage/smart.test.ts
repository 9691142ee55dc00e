import type { SmartHealth } from '../../../../shared/facts/smart.ts';
import { failed, ok } from '../../../sample-report.ts';
import { sampleSmart } from '../../../sample-smart.ts';
import { tableOf } from '../verdict.ts';

const sda = (change: Partial<SmartHealth>) => ({
  disks: { facts: { smart: ok([{ disk: 'sda', health: sampleSmart(change) }]) } },
});
const silent = (state: 'none' | 'asleep', note: string) =>
  sda({ state, note, passed: null, reallocated: null, pending: null, uncorrectable: null });

tableOf('storage.smart', {
  well: { sections: sda({}), says: 'pass sda: sda is well by its own word' },
  'well, with wear below the limit': {
    sections: sda({ wearPercent: 79 }),
    says: 'pass sda: sda is well by its own word, 79 % of its endurance used',
  },
  'wear at the limit': {
    sections: sda({ wearPercent: 80 }),
    says: 'warn sda: sda has 80 % of its endurance used, from 80 % on too much',
  },
  'its own verdict': {
    sections: sda({ passed: false, failedNow: ['Reallocated_Sector_Ct'] }),
    says:
      'fail sda: sda is failing: its own verdict is FAILED and Reallocated_Sector_Ct below the ' +
      'threshold',
  },
  'counts of bad sectors': {
    sections: sda({ reallocated: 8, pending: 2, uncorrectable: 1 }),
    says: 'warn sda: sda has 8 reallocated, 2 pending and 1 uncorrectable',
  },
  'past faults': {
    sections: sda({ failedBefore: ['Temperature'], selfTestFailed: true }),
    says:
      'warn sda: sda has Temperature once below the threshold ' +
      'and an error in the log of its self-tests',
  },
  'the critical bits of NVMe': {
    sections: sda({ criticalWarning: 1 + 4 + 8 }),
    says:
      'fail sda: sda is failing: its spare blocks run out, it calls itself unreliable and it is ' +
      'read-only',
  },
  'heat alone, which passes': {
    sections: sda({ criticalWarning: 2 }),
    says: 'warn sda: sda has a temperature out of its range',
  },
  'a virtual disk': {
    sections: silent('none', 'Unable to detect device type'),
    says:
      'skip sda: sda offers no SMART data (Unable to detect device type): a virtual disk, or one ' +
      'that only the tool of its RAID controller can ask',
  },
  'a disk asleep': {
    sections: silent('asleep', 'in STANDBY mode'),
    says: 'unknown sda: sda is asleep and was not woken (in STANDBY mode)',
  },
  'no smartctl': {
    sections: { disks: { facts: { smart: ok(null) } } },
    says:
      'skip: smartctl is not installed, so the disks were not asked: apt-get install ' +
      'smartmontools',
  },
  'no disk': {
    sections: { disks: { facts: { smart: ok([]) } } },
    says: 'skip: the node has no disk to ask',
  },
  'a disk that did not answer': {
    sections: {
      disks: { facts: { smart: ok([{ disk: 'sda', health: failed('timed_out', 'too slow') }]) } },
    },
    says: 'unknown sda: too slow',
  },
  'an agent that did not ask': {
    sections: { disks: { facts: { smart: undefined } } },
    says: 'unknown: its agent did not ask the disks',
  },
});
