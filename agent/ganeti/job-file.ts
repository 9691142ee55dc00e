import { z } from 'zod';
import { parseJson } from '../json.ts';

/** What of a job file may leave the host: no parameters, and logs of verify alone. */
export interface JobExcerpt {
  id: number;
  /** queued, waiting, canceling, running, canceled, success, error */
  status: string;
  receivedAt: string | null;
  startedAt: string | null;
  endedAt: string | null;
  /** as `gnt-job list` has it, one for each opcode */
  summary: string[];
  /** null for a job that is no part of a verify */
  verify: VerifyPart | null;
}

export interface VerifyPart {
  /** the job of the command, which submitted this one, or is it */
  root: number;
  /** what the command submitted; null for the jobs that it submitted, and while it runs */
  submitted: number[] | null;
  /** no error found; null when it says nothing of that */
  ok: boolean | null;
  ignoredErrors: string[];
  skippedChecks: string[];
  messages: string[];
}

/** The excerpt of a file of the job queue, as JSON. */
export function excerptJob(text: string): string {
  return JSON.stringify(jobOf(parseJson(text, fileSchema, 'the job file')));
}

/** The excerpt as `excerptJob` wrote it. */
export function parseJobExcerpt(json: string): JobExcerpt {
  return parseJson(json, excerptSchema, 'the excerpt of a job file');
}

/** Seconds and microseconds. */
const stamp = z.tuple([z.number(), z.number()]).nullish();
const name = z.string().optional().catch(undefined);

const opSchema = z.object({
  input: z.object({
    OP_ID: z.string(),
    instance_name: name,
    node_name: name,
    group_name: name,
    ignore_errors: z.array(z.string()).catch([]),
    skip_checks: z.array(z.string()).catch([]),
    reason: z.array(z.tuple([z.string(), z.string(), z.number()])).catch([]),
  }),
  status: z.string(),
  result: z.unknown(),
  log: z.array(z.tuple([z.unknown(), z.unknown(), z.unknown(), z.unknown()])).default([]),
});

const fileSchema = z.object({
  id: z.int().nonnegative(),
  ops: z.array(opSchema),
  received_timestamp: stamp,
  start_timestamp: stamp,
  end_timestamp: stamp,
});

const submittedSchema = z.object({ jobs: z.array(z.tuple([z.boolean(), z.unknown()])) });

const text = z.string().nullable();
const excerptSchema: z.ZodType<JobExcerpt> = z.object({
  id: z.int(),
  status: z.string(),
  receivedAt: text,
  startedAt: text,
  endedAt: text,
  summary: z.array(z.string()),
  verify: z
    .object({
      root: z.int(),
      submitted: z.array(z.int()).nullable(),
      ok: z.boolean().nullable(),
      ignoredErrors: z.array(z.string()),
      skippedChecks: z.array(z.string()),
      messages: z.array(z.string()),
    })
    .nullable(),
});

type JobFile = z.infer<typeof fileSchema>;
type Op = z.infer<typeof opSchema>;

/** Not the opcodes that verify disks: they are another command's, and mend what they find. */
const VERIFY = new Set([
  'OP_CLUSTER_VERIFY',
  'OP_CLUSTER_VERIFY_CONFIG',
  'OP_CLUSTER_VERIFY_GROUP',
]);

function jobOf(file: JobFile): JobExcerpt {
  const op = file.ops.find(({ input }) => VERIFY.has(input.OP_ID));
  return {
    id: file.id,
    status: statusOf(file.ops.map(({ status }) => status)),
    receivedAt: instantOf(file.received_timestamp),
    startedAt: instantOf(file.start_timestamp),
    endedAt: instantOf(file.end_timestamp),
    summary: file.ops.map(summaryOf),
    verify: op === undefined ? null : verifyPartOf(file.id, op),
  };
}

function verifyPartOf(id: number, { input, result, log }: Op): VerifyPart {
  const isCommand = input.OP_ID === 'OP_CLUSTER_VERIFY';
  const submitted = isCommand ? submittedSchema.safeParse(result) : null;
  return {
    root: isCommand ? id : (rootOf(input.reason) ?? id),
    submitted: submitted?.success ? submitted.data.jobs.flatMap(([, job]) => idOf(job)) : null,
    ok: typeof result === 'boolean' ? result : null,
    ignoredErrors: input.ignore_errors,
    skippedChecks: input.skip_checks,
    messages: log.flatMap(([, , , said]) => messagesIn(said)),
  };
}

/** The trail of reasons names the job in which the command ran. */
function rootOf(reason: Op['input']['reason']): number | null {
  const command = reason.find(([source]) => source === 'gnt:opcode:cluster_verify');
  const id = /^job=(\d{1,15});/.exec(command?.[1] ?? '')?.[1];
  return id === undefined ? null : Number(id);
}

/** What is six spaces in was written by a hook, and may be anything. */
function messagesIn(said: unknown): string[] {
  const list = Array.isArray(said) ? said : [said];
  return list
    .filter((one) => typeof one === 'string')
    .filter((one) => !one.startsWith(HOOK))
    .map(inOneLine);
}

function inOneLine(text: string): string {
  const [first = '', ...more] = text.split('\n');
  return [first.trimEnd(), ...more.map((line) => line.trim()).filter(Boolean)].join(' ');
}

const HOOK = ' '.repeat(6);

function idOf(job: unknown): number[] {
  return /^\d{1,15}$/.test(String(job)) ? [Number(job)] : [];
}

/** As Ganeti sums up: what went wrong first, then the furthest that is not done. */
function statusOf(statuses: readonly string[]): string {
  const order = ['error', 'canceled', 'canceling', 'running', 'waiting'];
  const found = order.find((status) => statuses.includes(status));
  if (found !== undefined) return found;
  if (statuses.every((status) => status === 'success')) return 'success';
  return statuses.includes('success') ? 'running' : 'queued';
}

function summaryOf({ input }: Op): string {
  const subject = input.instance_name ?? input.node_name ?? input.group_name;
  const opcode = input.OP_ID.replace(/^OP_/, '');
  return subject === undefined ? opcode : `${opcode}(${subject})`;
}

function instantOf(at: z.infer<typeof stamp>): string | null {
  if (!at) return null;
  const instant = new Date(at[0] * 1000 + Math.floor(at[1] / 1000));
  return Number.isNaN(instant.getTime()) ? null : instant.toISOString();
}
