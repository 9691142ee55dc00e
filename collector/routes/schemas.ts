import { z } from 'zod';
import { verdicts } from '../../shared/check.ts';
import { reportSchema } from '../../shared/report.ts';

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
  findings: z.record(z.enum(verdicts), countSchema),
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
