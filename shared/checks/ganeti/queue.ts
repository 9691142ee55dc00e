import { defineCheck, type Judgement } from '../../check.ts';
import { known } from '../../evidence.ts';
import type { Job } from '../../facts/ganeti.ts';
import { pass, skip, unknown, warn } from '../../judgement.ts';
import { formatDuration } from '../../units.ts';
import { counted, listed } from '../../wording.ts';
import { ageMs, ofMaster, ofMember, unlessFaulty } from './member.ts';

/** The job queue takes jobs. */
export const queueOpen = defineCheck({
  id: 'ganeti.queue-open',
  title: 'The job queue is not drained',
  why:
    'A drained queue refuses every new job: no failover, no verify, and the watcher restarts ' +
    'nothing. gnt-cluster verify does not report it, it just cannot run.',
  rules: ['RUN-09'],
  needs: ['ganeti'],
  judge: ({ ganeti }) =>
    ofMember(ganeti, (member) => {
      if (member.role === 'regular') return skip('only candidates hold the queue');
      if (!known(member.queueDrained)) return pass('the queue takes jobs');
      return warn(
        'the queue is drained (/var/lib/ganeti/queue/drain), expected it to take jobs',
        'when nobody needs it so any more: gnt-cluster queue undrain',
      );
    }),
});

/** The watcher archives what ended so long ago: what has not by then is not just slow. */
const JOB_AGE_MAX_MS = 6 * 3_600_000;

/** No job is stuck. */
export const jobs = defineCheck({
  id: 'ganeti.jobs',
  title: 'No job has been unfinished for long',
  why:
    'A stuck job holds locks on nodes and instances, so that a migration waits behind it; ' +
    'gnt-cluster verify would only wait as well.',
  rules: ['RUN-09'],
  needs: ['ganeti'],
  judge: ({ ganeti, collectedAt }) =>
    ofMaster(ganeti, (master) => {
      const unfinished = known(master.jobs);
      const judged = unfinished.map((job) => judgeJob(job, collectedAt));
      const faults = judged.flatMap((one) => (one === null ? [] : [one]));
      return unlessFaulty(faults, `${counted(unfinished.length, 'unfinished job')}, none old`);
    }),
});

function judgeJob(job: Job, collectedAt: string): Judgement | null {
  const subject = `job ${job.id}`;
  const what = `${subject} (${listed(job.summary)}) is ${job.status}`;
  if (job.receivedAt === null) return { ...unknown(`${what}, since when is not known`), subject };
  const age = ageMs(job.receivedAt, collectedAt);
  if (age <= JOB_AGE_MAX_MS) return null;
  const limit = formatDuration(JOB_AGE_MAX_MS);
  const message = `${what} since ${formatDuration(age)}, expected to end within ${limit}`;
  const remedy = `gnt-job info ${job.id}; when it will not end: gnt-job cancel ${job.id}`;
  return { ...warn(message, remedy), subject };
}

/**
 * luxid reads all of them when it starts. The watcher archives after 6 h, in which a busy cluster
 * makes some hundreds.
 */
const JOB_FILES_MAX = 1000;

/** Job files do not pile up. */
export const jobFiles = defineCheck({
  id: 'ganeti.job-files',
  title: 'Finished jobs are archived and do not pile up',
  why:
    'With thousands of job files luxid may die right after a failover; they pile up on a ' +
    'candidate that missed archiving. gnt-cluster verify does not count them.',
  rules: ['RUN-11'],
  needs: ['ganeti'],
  judge: ({ ganeti }) =>
    ofMember(ganeti, (member) => {
      const count = known(member.jobFileCount);
      if (count <= JOB_FILES_MAX) return pass(`${counted(count, 'job file')} in the queue`);
      const message = `${count} job files in the queue, expected ${JOB_FILES_MAX} at most`;
      return warn(message, 'gnt-job autoarchive 21600; look whether the watcher runs');
    }),
});
