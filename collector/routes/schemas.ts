import { z } from 'zod';
import { verdicts } from '../../shared/check.ts';
import { reportSchema } from '../../shared/report.ts';
import { eventTypes } from '../store/event.ts';
import { roles } from '../tokens.ts';

const freshnessSchema = z.enum(['fresh', 'stale', 'missing']);
const stateSchema = z.enum(['open', 'closed', 'undecided']);
const countSchema = z.int().nonnegative();

const findingSchema = z.object({
  check: z.string(),
  title: z.string(),
  node: z.string().nullable().describe('null: the cluster as a whole'),
  verdict: z.enum(verdicts),
  message: z.string(),
  remedy: z.string().optional(),
  subject: z.string().optional(),
});

/** A cluster in one line. */
export const summarySchema = z.object({
  cluster: z.string(),
  gates: z.array(
    z.object({ gate: z.string(), title: z.string(), state: stateSchema, deciding: countSchema }),
  ),
  expected: countSchema.describe('nodes the cluster is to have'),
  reported: countSchema.describe('of those, the ones whose report is fresh'),
  stale: z.array(z.string()),
  missing: z.array(z.string()),
  unexpected: z.array(z.string()).describe('nodes that report and are not in the policy'),
  oldest: z.object({ node: z.string(), collectedAt: z.string(), ageMs: z.number() }).nullable(),
  findings: z.record(z.enum(verdicts), countSchema).describe('without those waived'),
  waived: countSchema.describe('findings that a waiver sets aside'),
});

const ageShape = {
  node: z.string(),
  expected: z.boolean(),
  freshness: freshnessSchema,
  ageMs: z.number().nullable(),
};

/** The fleet view: every node's findings, without its facts. */
export const clusterSchema = z.object({
  at: z.string().describe('the instant the answer holds for, UTC'),
  summary: summarySchema,
  nodes: z.array(
    z.object({
      ...ageShape,
      collectedAt: z.string().nullable(),
      findings: z.array(findingSchema),
    }),
  ),
  clusterFindings: z.array(findingSchema),
});

/** One node: its newest report and what the checks say of it. */
export const nodeSchema = z.object({
  cluster: z.string(),
  at: z.string(),
  ...ageShape,
  report: reportSchema.nullable(),
  findings: z.array(findingSchema).describe("of the node's own checks"),
  clusterFindings: z.array(findingSchema).describe('of checks across nodes, laid at this node'),
});

/** A gate's answer. */
export const gateResultSchema = z.object({
  gate: z.string(),
  title: z.string(),
  cluster: z.string(),
  state: stateSchema,
  at: z.string(),
  nodes: z.array(z.object({ ...ageShape, collectedAt: z.string().nullable() })),
  deciding: z.array(findingSchema).describe('what closes it or leaves it undecided, worst first'),
  findings: z.array(findingSchema),
});

const instant = z.string().describe('UTC instant');

/** A number at the end of an address. */
export const idParam = { id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) };

/** A page of something that goes back in time. */
export const historyQuery = z.object({
  before: idParam.id.optional().describe('only what is older than this id'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** A report in a node's history. */
export const pastReportSchema = z.object({
  id: z.int(),
  digest: z.string(),
  sequence: z.int(),
  bootId: z.string(),
  collectedAt: instant,
  receivedAt: instant,
  late: z.boolean().describe('a newer one was here before it came'),
});

/** What changed from one report of a node to another. */
export const diffSchema = z.object({
  from: pastReportSchema,
  to: pastReportSchema,
  sections: z.array(
    z.object({
      section: z.string(),
      drifts: z.array(
        z.object({
          path: z.string().describe('such as volumeGroups[gnt].sizeBytes; empty: the section'),
          from: z.string().nullable().describe('null: it was not there'),
          to: z.string().nullable().describe('null: it is not there'),
        }),
      ),
    }),
  ),
});

/** The public half of a node's key, and how it came here. */
export const keySchema = z.object({
  id: z.string().describe('SHA-256 of the raw public key, hex'),
  cluster: z.string(),
  node: z.string(),
  publicKey: z.string(),
  machineId: z.string(),
  state: z.enum(['pending', 'active', 'revoked']),
  enrolment: z.int(),
  token: z.int().describe('id of the enrolment token it came with'),
  enrolledAt: instant,
  enrolledBy: z.string().describe('who made the token'),
  validUntil: instant.nullable().describe('of a key that was replaced'),
  lastSeenAt: instant.nullable(),
});

/** A person's or a program's credential. */
export const tokenSchema = z.object({
  id: z.int(),
  name: z.string(),
  role: z.enum(roles),
  cluster: z.string().nullable().describe('null: all clusters'),
  createdAt: instant,
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
});

/** A one-time leave to enrol one node. */
export const enrolmentTokenSchema = z.object({
  id: z.int(),
  cluster: z.string(),
  node: z.string(),
  createdAt: instant,
  createdBy: z.string(),
  expiresAt: instant,
  usedAt: instant.nullable(),
});

/** An entry of the audit log. */
export const auditEntrySchema = z.object({
  id: z.int(),
  at: instant,
  by: z.string(),
  action: z.string(),
  cluster: z.string().nullable(),
  subject: z.string(),
});

/** Refusals of one kind and one sender. */
export const rejectionSchema = z.object({
  code: z.string(),
  cluster: z.string().nullable(),
  node: z.string().nullable(),
  count: countSchema,
  lastAt: instant,
  lastDetail: z.string(),
});

/** A change that was announced. */
export const eventSchema = z.object({
  id: z.int().describe('grows from event to event, over all clusters'),
  at: instant,
  cluster: z.string(),
  type: z.enum(eventTypes),
  subject: z
    .string()
    .describe('of a verdict the gate, of a recommendation the node group, else the node'),
  was: z.string().describe('what was announced of it before'),
  now: z.string(),
  detail: z.array(z.string()).describe('why, in lines for a person'),
  page: z.string().describe('where to look, below the address of the collector'),
});
