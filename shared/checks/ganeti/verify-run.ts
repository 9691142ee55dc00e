import { defineCheck } from '../../check.ts';
import { known } from '../../evidence.ts';
import { pass, warn } from '../../judgement.ts';
import { formatDuration } from '../../units.ts';
import { listed } from '../../wording.ts';
import { ageMs, ofMaster } from './member.ts';

/** The guide asks for regular runs; what has not run for a week does not run regularly. */
const VERIFY_AGE_MAX_MS = 7 * 24 * 3_600_000;

/** Ganeti's own verify ran to its end, whole and lately. */
export const verifyRun = defineCheck({
  id: 'ganeti.verify-run',
  title: 'The verify of Ganeti itself ran lately, and whole',
  why:
    'verify sees what only Ganeti knows, such as orphan volumes. It sees no CPU type, no ' +
    '/dev/kvm, no free space, no dead secondary network and exits 0 on degraded disks.',
  rules: ['RUN-15'],
  needs: ['ganeti'],
  judge: ({ ganeti, collectedAt }) =>
    ofMaster(ganeti, (master) => {
      const last = known(master.lastVerify);
      const remedy = 'gnt-cluster verify --error-codes; a line in cron repeats it';
      if (last === null) return warn('no gnt-cluster verify among the jobs, expected one', remedy);
      if (last.endedAt === null) {
        const begun = last.startedAt === null ? '' : ` of ${last.startedAt}`;
        return warn(`the last verify${begun} has not ended, expected an answer`, 'gnt-job list');
      }
      const age = ageMs(last.endedAt, collectedAt);
      const when = `the last verify ended ${formatDuration(age)} ago`;
      if (age > VERIFY_AGE_MAX_MS) {
        return warn(`${when}, expected ${formatDuration(VERIFY_AGE_MAX_MS)} at most`, remedy);
      }
      if (last.skippedChecks.length === 0) return pass(when);
      return warn(`${when} without ${listed(last.skippedChecks)}, expected it whole`, remedy);
    }),
});
