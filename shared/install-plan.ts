import { z } from 'zod';
import { verdicts } from './check.ts';

/** What a step is about, in the order in which steps run. */
export const stepKinds = [
  'packages',
  'ssh-host-key',
  'vhost-net',
  'drbd-module',
  'volume-group',
  'bridge',
  'reboot',
  'hosts',
  'init',
  'node-group',
  'node-add',
  'nic-parameters',
  'iallocator',
  'disk-parameters',
  'drbd-rates',
  'hypervisor-parameters',
  'migration-bandwidth',
  'machine-version',
  'cpu-type',
  'migration-tags',
  'verify',
] as const;

const words = z.array(z.string());

const lineSchema = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('run'),
    argv: words.describe('the command and its words, not quoted for any shell'),
    unless: words.nullable().describe('a command; when it succeeds this one is not needed'),
  }),
  z.strictObject({
    do: z.literal('write'),
    file: z.string(),
    lines: words.describe('the whole of the file'),
  }),
  z.strictObject({
    do: z.literal('append'),
    file: z.string(),
    lines: words.min(1).describe('added where no line of the file is exactly the first of these'),
  }),
]);

const heldSchema = z.strictObject({
  by: z
    .enum(['fail', 'unknown', 'warn'])
    .describe(
      'fail: what was found forbids it; unknown: something is not known; warn: only a person can ' +
        'do it, and nothing waits for it',
    ),
  reason: z.string(),
  needs: z.string().describe('what would free it: a remedy, or the evidence that is missing'),
});

const restSchema = z.strictObject({
  check: z.string(),
  node: z.string().nullable().describe('null: of the cluster'),
  subject: z.string().optional(),
  verdict: z.enum(verdicts),
  message: z.string(),
});

const stepSchema = z.strictObject({
  number: z.int().positive(),
  kind: z.enum(stepKinds),
  title: z.string(),
  on: z.enum(['each', 'master', 'some']).describe('each node of the plan, the master, or "nodes"'),
  nodes: words.describe('where its lines run'),
  state: z.enum(['run', 'done', 'held']).describe('done: nothing is left to do, it has no lines'),
  held: heldSchema.nullable(),
  waitsFor: z.array(z.int().positive()).describe('numbers of the held steps that hold it back'),
  lines: z.array(lineSchema).describe('of a held step what would run; it may hold placeholders'),
  shell: words.describe('the lines for a POSIX shell'),
  result: words.describe('what a file then says, where the lines only change it'),
  reason: z.string(),
  restsOn: z.array(restSchema).describe('the findings that it rests on'),
});

/** The way from bare nodes to a cluster, as `muster plan --format json` tells it. */
export const installPlanSchema = z.strictObject({
  schema: z.literal(1),
  cluster: z.string().nullable().describe('null: the policy names none'),
  master: z.string().nullable().describe('where gnt-cluster init runs: the first node'),
  nodes: words,
  at: z.iso.datetime().describe('the instant the plan holds for, UTC'),
  state: z
    .enum(['open', 'closed', 'undecided'])
    .describe('closed: a finding holds a step back; undecided: missing evidence does'),
  steps: z.array(stepSchema),
  notes: words,
});

export type InstallPlan = z.infer<typeof installPlanSchema>;
export type InstallStep = InstallPlan['steps'][number];
export type StepKind = InstallStep['kind'];
export type PlanLine = InstallStep['lines'][number];
export type Held = z.infer<typeof heldSchema>;
export type Rest = InstallStep['restsOn'][number];
