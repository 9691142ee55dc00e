import type { MemoryFacts } from '../../../../shared/facts/memory.ts';
import { type Changes, ok } from '../../../sample-report.ts';
import { tableOf } from '../verdict.ts';

const memory = (facts: Changes<MemoryFacts>) => ({ memory: { facts } });
const errors = (corrected: number, uncorrected: number, controller = 'mc0') => ({
  controller,
  correctedErrors: corrected,
  uncorrectedErrors: uncorrected,
});

tableOf('memory.ecc', {
  'no error': { says: 'pass: no memory error since boot' },
  'a few that were corrected': {
    sections: memory({ ecc: ok([errors(100, 0)]) }),
    says: 'pass: mc0: 100 corrected errors since boot',
  },
  'one more than a healthy module has': {
    sections: memory({ ecc: ok([errors(0, 0), errors(101, 0, 'mc1')]) }),
    says: 'warn: mc1: 101 corrected errors since boot, expected 100 at most',
  },
  'one that was not corrected': {
    sections: memory({ ecc: ok([errors(2, 1)]) }),
    says:
      'fail: mc0: 1 uncorrected error, 2 corrected errors since boot, ' +
      'expected none that are uncorrected',
  },
  'no controller is watched': {
    sections: memory({ ecc: ok([]) }),
    says: 'skip: the kernel watches no memory controller (EDAC)',
  },
  'an agent that did not look': {
    sections: memory({ ecc: undefined }),
    says: 'unknown: the report does not tell of memory errors',
  },
});

tableOf('memory.oom-kills', {
  none: { says: 'pass: none since boot' },
  one: {
    sections: memory({ oomKills: ok(1) }),
    says: 'warn: 1 kill of a process since boot, expected none',
  },
  'an old kernel': {
    sections: memory({ oomKills: ok(null) }),
    says: 'skip: this kernel does not count such kills',
  },
  'an agent that did not look': {
    sections: memory({ oomKills: undefined }),
    says: 'unknown: the report does not tell of kills',
  },
});
