import type { Job, LastVerify } from '../../shared/facts/ganeti.ts';
import { MIB } from '../../shared/units.ts';
import { allInOrder } from '../attempts.ts';
import { type Host, HostError } from '../host/host.ts';
import { listOrNone } from '../listing.ts';
import { excerptJob, type JobExcerpt, parseJobExcerpt } from './job-file.ts';
import { lastVerifyOf } from './last-verify.ts';

/** The folder of the job files. */
export const QUEUE = '/var/lib/ganeti/queue';

/** What the job files of a master tell; each file is read once. */
export interface JobQueue {
  /** jobs that have not ended, oldest first */
  unfinished(): Promise<Job[]>;
  /** the newest `gnt-cluster verify`, archived ones too; null when there is none */
  lastVerify(): Promise<LastVerify | null>;
}

/** The job files of a host, no more of them than tell of the present. */
export function jobQueue(host: Host): JobQueue {
  const read = new Map<string, Promise<JobExcerpt | null>>();
  async function* jobsOf(files: readonly JobFile[]): AsyncGenerator<JobExcerpt> {
    for (const { path } of newest(files)) {
      const reading = read.get(path) ?? readJob(host, path);
      read.set(path, reading);
      const job = await reading;
      if (job !== null) yield job;
    }
  }
  async function* allJobs(): AsyncGenerator<JobExcerpt> {
    yield* jobsOf(await jobFiles(host, QUEUE));
    yield* jobsOf(await archived(host));
  }
  return {
    unfinished: async () => {
      const jobs: Job[] = [];
      for await (const job of jobsOf(await jobFiles(host, QUEUE))) {
        if (UNFINISHED.has(job.status)) jobs.unshift(summed(job));
      }
      return jobs;
    },
    lastVerify: () => lastVerifyOf(allJobs()),
  };
}

/** The files of jobs in one folder. */
export async function jobFiles(host: Host, folder: string): Promise<JobFile[]> {
  return (await listOrNone(host, folder)).flatMap((name) => {
    const id = /^job-(\d{1,15})$/.exec(name)?.[1];
    return id === undefined ? [] : [{ id: Number(id), path: `${folder}/${name}` }];
  });
}

interface JobFile {
  id: number;
  path: string;
}

const UNFINISHED = new Set(['queued', 'waiting', 'canceling', 'running']);

/** Of the queue, and of its archive: some days of a busy cluster; a verify before is no news. */
const MAX_JOBS = 2000;

/** The log of a verify grows with the cluster, a line for each finding. */
const MAX_JOB_BYTES = 16 * MIB;

/** Each folder of the archive holds ten thousand jobs. */
const MAX_FOLDERS = 2;

async function archived(host: Host): Promise<JobFile[]> {
  const folders = (await listOrNone(host, `${QUEUE}/archive`))
    .filter((name) => /^\d{1,15}$/.test(name))
    .sort((a, b) => Number(b) - Number(a));
  const lists = folders
    .slice(0, MAX_FOLDERS)
    .map((folder) => jobFiles(host, `${QUEUE}/archive/${folder}`));
  return (await allInOrder(lists)).flat();
}

function newest(files: readonly JobFile[]): JobFile[] {
  return [...files].sort((a, b) => b.id - a.id).slice(0, MAX_JOBS);
}

/** Null when the file has gone into the archive since it was listed. */
async function readJob(host: Host, path: string): Promise<JobExcerpt | null> {
  try {
    const how = { name: 'job', take: excerptJob, maxBytes: MAX_JOB_BYTES };
    return parseJobExcerpt(await host.excerpt(path, how));
  } catch (error) {
    if (error instanceof HostError && error.kind === 'not_found') return null;
    throw error;
  }
}

function summed({ id, status, summary, receivedAt }: JobExcerpt): Job {
  return { id, status, summary, receivedAt };
}
