import { z } from 'zod';
import { jobSchema } from '../../shared/facts/ganeti.ts';
import { readingOf } from '../../shared/reading.ts';

const changedAt = z.iso
  .datetime()
  .nullable()
  .describe("by the master's clock; null: Ganeti does not know");

export const rapiClusterSchema = z.strictObject({
  name: z.string(),
  masterNode: z.string(),
  changedAt,
});

export const rapiGroupSchema = z.strictObject({ uuid: z.string(), name: z.string(), changedAt });

export const rapiNodeSchema = z.strictObject({
  name: z.string(),
  group: z.string().describe('UUID of its node group'),
  offline: z.boolean(),
  drained: z.boolean(),
  vmCapable: z.boolean(),
  masterCandidate: z.boolean(),
  changedAt,
});

export const rapiInstanceSchema = z.strictObject({
  name: z.string(),
  primaryNode: z.string(),
  secondaryNodes: z.array(z.string()),
  status: z.string().describe('as Ganeti has it: running, ADMIN_down, ERROR_down …'),
  changedAt,
});

/** What RAPI said of a cluster at one instant, without what may hold a secret. */
export const rapiEvidenceSchema = z.strictObject({
  origin: z.string().describe('who was asked: https://HOST:PORT'),
  askedAt: z.iso.datetime().describe('UTC'),
  cluster: readingOf(rapiClusterSchema),
  groups: readingOf(z.array(rapiGroupSchema)),
  nodes: readingOf(z.array(rapiNodeSchema)),
  instances: readingOf(z.array(rapiInstanceSchema)),
  jobs: readingOf(z.array(jobSchema)).describe('those that have not ended'),
});

export type RapiEvidence = z.infer<typeof rapiEvidenceSchema>;
export type RapiNode = z.infer<typeof rapiNodeSchema>;
export type RapiInstance = z.infer<typeof rapiInstanceSchema>;
