import type { Doctoring } from './doctoring.ts';
import { ok } from './sample-report.ts';
import { sampleSmart } from './sample-smart.ts';

/** Hosts that the checks of disks and of merged memory must not pass. */
export const doctoredDisks: Record<string, Doctoring> = {
  'storage.smart': {
    verdict: 'fail',
    sections: {
      disks: { facts: { smart: ok([{ disk: 'sda', health: sampleSmart({ passed: false }) }]) } },
    },
  },
  'memory.ksm': {
    verdict: 'warn',
    sections: { memory: { facts: { ksm: ok({ run: 1, sharedPages: 5120 }) } } },
  },
};
