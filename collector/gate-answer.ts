import { z } from 'zod';
import { verdicts } from '../shared/check.ts';

const countSchema = z.int().nonnegative();
const subject = z.string().exactOptional();

const saidShape = {
  check: z.string(),
  title: z.string(),
  verdict: z.enum(verdicts),
  message: z.string(),
  remedy: z.string().exactOptional(),
  subject,
  severity: z.object({ judged: z.enum(['fail', 'warn']), pattern: z.string() }).exactOptional(),
  waived: z.object({ reason: z.string(), owner: z.string(), expires: z.string() }).exactOptional(),
};

const causeSchema = z.object({ check: z.string(), node: z.string().nullable(), subject });

/** A node's part in an answer. */
export const gateNodeSchema = z.object({
  node: z.string(),
  expected: z.boolean(),
  freshness: z.enum(['fresh', 'stale', 'missing']),
  ageMs: z.number().nullable(),
  collectedAt: z.string().nullable(),
});

/** A gate's answer in which each trouble is told once, with all nodes that have it. */
export const toldGateSchema = z.object({
  gate: z.string(),
  title: z.string(),
  cluster: z.string(),
  state: z.enum(['open', 'closed', 'undecided']),
  at: z.string(),
  nodes: z.array(gateNodeSchema),
  counts: z
    .object({
      fail: countSchema,
      unknown: countSchema,
      warn: countSchema,
      waived: countSchema,
      pass: countSchema,
      skip: countSchema,
    })
    .describe('of all findings, those that passed too; waived ones apart'),
  troubles: z
    .array(
      z.object({
        ...saidShape,
        cause: z
          .object({ check: z.string(), node: z.string().nullable().exactOptional(), subject })
          .exactOptional()
          .describe('what it only follows from; without `node`: on the same node'),
        nodes: z.array(z.string()).describe('in the order of `nodes` of the answer'),
      }),
    )
    .describe('found on nodes; neither passed nor skipped; in the order of the checks'),
  clusterTroubles: z
    .array(
      z.object({ ...saidShape, node: z.string().nullable(), cause: causeSchema.exactOptional() }),
    )
    .describe('the same, found across nodes; node null: of the cluster as a whole'),
});

export type ToldGate = z.infer<typeof toldGateSchema>;
export type Trouble = ToldGate['troubles'][number];
