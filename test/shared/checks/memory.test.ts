import type { MemoryFacts } from '../../../shared/facts/memory.ts';
import { GIB, MIB } from '../../../shared/units.ts';
import { failed, ok } from '../../sample-report.ts';
import { tableOf } from './verdict.ts';

const memory = (facts: Partial<MemoryFacts>) => ({ memory: { facts } });

tableOf('memory.minimum', {
  'one byte short': {
    sections: memory({ totalBytes: 2 * GIB - 1 }),
    says: 'warn: 2147483647 B of memory, expected at least 2 GiB',
  },
  'just enough': { sections: memory({ totalBytes: 2 * GIB }), says: 'pass: 2 GiB of memory' },
  'more than enough': {
    sections: memory({ totalBytes: 3 * GIB }),
    says: 'pass: 3 GiB of memory',
  },
  'the threshold of the policy': {
    sections: memory({ totalBytes: 3 * GIB }),
    policy: { thresholds: { memoryMinimum: '16 GiB' } },
    says: 'warn: 3 GiB of memory, expected at least 16 GiB',
  },
});

tableOf('memory.swap', {
  'no swap': {
    sections: memory({ swapTotalBytes: 0, swapFreeBytes: 0 }),
    says: 'pass: no swap is configured',
  },
  'a little less than a tenth': {
    sections: memory({ swapTotalBytes: 1000 * MIB, swapFreeBytes: 900 * MIB + 1 }),
    says: 'pass: 100 MiB of 1000 MiB swap in use',
  },
  'a tenth': {
    sections: memory({ swapTotalBytes: 1000 * MIB, swapFreeBytes: 900 * MIB }),
    says: 'warn: 100 MiB of 1000 MiB swap in use, expected less than 10 %',
  },
  'more than a tenth': {
    sections: memory({ swapTotalBytes: 1000 * MIB, swapFreeBytes: 0 }),
    says: 'warn: 1000 MiB of 1000 MiB swap in use, expected less than 10 %',
  },
  'not known': {
    sections: memory({ swapTotalBytes: null }),
    says: 'unknown: the use of swap is not known',
  },
});

tableOf('memory.ksm', {
  off: { sections: memory({ ksm: ok({ run: 0, sharedPages: 0 }) }), says: 'pass: KSM is off' },
  'off and taken back': {
    sections: memory({ ksm: ok({ run: 2, sharedPages: 0 }) }),
    says: 'pass: KSM is off',
  },
  on: {
    sections: memory({ ksm: ok({ run: 1, sharedPages: 1 }) }),
    says: 'warn: KSM is on and holds 1 page for two or more; expected it off',
  },
  'a kernel without it': {
    sections: memory({ ksm: ok(null) }),
    says: 'skip: the kernel is built without KSM',
  },
  'not readable': {
    sections: memory({ ksm: failed('denied', 'no permission') }),
    says: 'unknown: no permission',
  },
});
