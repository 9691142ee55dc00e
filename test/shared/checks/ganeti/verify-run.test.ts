import type { LastVerify } from '../../../../shared/facts/ganeti.ts';
import { tableOf } from '../verdict.ts';
import { master } from './member.ts';

const verified = (change: Partial<LastVerify>) =>
  master(({ master: own }) => {
    if (own?.lastVerify.status === 'ok' && own.lastVerify.value) {
      Object.assign(own.lastVerify.value, change);
    }
  });

tableOf('ganeti.verify-run', {
  'a week ago': {
    sections: verified({ endedAt: '2026-11-15T11:55:00.000Z' }),
    says: 'pass: the last verify ended 7 d ago',
  },
  'more than a week ago': {
    sections: verified({ endedAt: '2026-11-15T10:55:00.000Z' }),
    says: 'warn: the last verify ended 7 d 1 h ago, expected 7 d at most',
  },
  'one that goes on': {
    sections: verified({ endedAt: null }),
    says: 'warn: the last verify of 2026-11-22T06:00:00.000Z has not ended, expected an answer',
  },
  'one with a part left out': {
    sections: verified({ skippedChecks: ['nplusone_mem'] }),
    says: 'warn: the last verify ended 5 h 54 min ago without nplusone_mem, expected it whole',
  },
});
