import { z } from 'zod';
import type { Job } from '../../shared/facts/ganeti.ts';
import type { RapiEvidence, RapiInstance, RapiNode } from './evidence.ts';

type Parts = Omit<RapiEvidence, 'origin' | 'askedAt'>;
type Known<K extends keyof Parts> = Extract<Parts[K], { status: 'ok' }>['value'];

/** One question of RAPI, and how what it answers is understood. */
export interface Question<K extends keyof Parts> {
  path: string;
  answer: z.ZodType<Known<K>>;
}

/** The last second that ISO 8601 writes with a year of four digits. */
const LAST_SECOND = 253_402_300_799;

/** Seconds since 1970, with a fraction; a configuration of old has none, or zero. */
const changedAt = z
  .number()
  .nonnegative()
  .max(LAST_SECOND)
  .nullish()
  .transform((seconds) => (seconds ? new Date(seconds * 1000).toISOString() : null));

const info = z
  .object({ name: z.string(), master: z.string(), mtime: changedAt })
  .transform(({ name, master, mtime }) => ({ name, masterNode: master, changedAt: mtime }));

const group = z
  .object({ uuid: z.string(), name: z.string(), mtime: changedAt })
  .transform(({ uuid, name, mtime }) => ({ uuid, name, changedAt: mtime }));

const node = z
  .object({
    name: z.string(),
    'group.uuid': z.string(),
    offline: z.boolean(),
    drained: z.boolean(),
    vm_capable: z.boolean(),
    master_candidate: z.boolean(),
    mtime: changedAt,
  })
  .transform(
    (found): RapiNode => ({
      name: found.name,
      group: found['group.uuid'],
      offline: found.offline,
      drained: found.drained,
      vmCapable: found.vm_capable,
      masterCandidate: found.master_candidate,
      changedAt: found.mtime,
    }),
  );

const instance = z
  .object({
    name: z.string(),
    pnode: z.string(),
    snodes: z.array(z.string()),
    status: z.string(),
    mtime: changedAt,
  })
  .transform(
    ({ name, pnode, snodes, status, mtime }): RapiInstance => ({
      ...{ name, primaryNode: pnode, secondaryNodes: snodes, status, changedAt: mtime },
    }),
  );

const MICROSECOND_MAX = 999_999;

/** Seconds and microseconds. */
const received = z
  .tuple([z.int().nonnegative().max(LAST_SECOND), z.int().nonnegative().max(MICROSECOND_MAX)])
  .nullable()
  .transform((at) => (at === null ? null : new Date(at[0] * 1000 + at[1] / 1000).toISOString()));

const job = z
  .object({
    id: z.int().nonnegative(),
    status: z.string(),
    summary: z.array(z.string()),
    received_ts: received,
  })
  .transform(
    ({ id, status, summary, received_ts }): Job => ({
      ...{ id, status, summary, receivedAt: received_ts },
    }),
  );

/** What Ganeti calls a job that works on nothing any more; any other word is of one that may. */
const ENDED = new Set(['success', 'error', 'canceled']);

/**
 * All that is ever asked, and all that is kept of the answers: fields that are not named here, the
 * parameters of guests and of jobs among them, are dropped at this door.
 */
export const questions: { [K in keyof Parts]: Question<K> } = {
  cluster: { path: '/2/info', answer: info },
  groups: { path: '/2/groups?bulk=1', answer: z.array(group) },
  nodes: { path: '/2/nodes?bulk=1', answer: z.array(node) },
  instances: { path: '/2/instances?bulk=1', answer: z.array(instance) },
  jobs: {
    path: '/2/jobs?bulk=1',
    answer: z.array(job).transform((jobs) => jobs.filter(({ status }) => !ENDED.has(status))),
  },
};
