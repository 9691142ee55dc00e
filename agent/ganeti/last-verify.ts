import type { LastVerify } from '../../shared/facts/ganeti.ts';
import { parseVerifyMessages } from '../../shared/ganeti-verify.ts';
import type { JobExcerpt, VerifyPart } from './job-file.ts';

/**
 * The newest run of verify that has ended, among jobs that come newest first and are taken only as
 * far as needed; one that has not ended when there is no other.
 */
export async function lastVerifyOf(jobs: AsyncIterable<JobExcerpt>): Promise<LastVerify | null> {
  const runs = new Map<number, VerifyJob[]>();
  for await (const job of jobs) {
    if (!isVerify(job)) continue;
    const { root } = job.verify;
    const run = [job, ...(runs.get(root) ?? [])];
    runs.set(root, run);
    // a command's job is older than those it submitted, so all of the run have been read
    if (root === job.id && hasEnded(run)) return summed(run);
  }
  const newest = [...runs].sort(([a], [b]) => b - a).map(([, run]) => run);
  const found = newest.find(hasEnded) ?? newest[0];
  return found === undefined ? null : summed(found);
}

type VerifyJob = JobExcerpt & { verify: VerifyPart };

function isVerify(job: JobExcerpt): job is VerifyJob {
  return job.verify !== null;
}

function hasEnded(run: readonly VerifyJob[]): boolean {
  return run.every(({ endedAt }) => endedAt !== null);
}

function summed(run: readonly VerifyJob[]): LastVerify {
  const parts = run.map(({ verify }) => verify);
  const ids = run.map(({ id }) => id);
  const submitted = parts.flatMap(({ submitted }) => submitted ?? []);
  const times = run.flatMap(({ startedAt }) => startedAt ?? []).sort();
  const ends = run.flatMap(({ endedAt }) => endedAt ?? []).sort();
  const [{ ignoredErrors, skippedChecks } = { ignoredErrors: [], skippedChecks: [] }] = parts;
  return {
    jobIds: [...new Set([...ids, ...submitted])].sort((a, b) => a - b),
    startedAt: times[0] ?? null,
    endedAt: hasEnded(run) ? (ends.at(-1) ?? null) : null,
    ok: okOf(run),
    ignoredErrors,
    skippedChecks,
    findings: parseVerifyMessages(parts.flatMap(({ messages }) => messages)).findings,
  };
}

/** One false answer is enough for no; for a yes all the jobs that the command names must say so. */
function okOf(run: readonly VerifyJob[]): boolean | null {
  if (run.some(({ status, verify }) => verify.ok === false || status === 'error')) return false;
  const submitted = run.find(({ id, verify }) => id === verify.root)?.verify.submitted ?? null;
  if (submitted === null || submitted.length === 0) return null;
  const answers = submitted.map((id) => run.find((job) => job.id === id)?.verify.ok);
  return answers.every((ok) => ok === true) ? true : null;
}
