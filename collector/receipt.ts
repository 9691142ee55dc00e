import { z } from 'zod';
import type { AnswerExit, GateAnswer } from '../shared/answer.ts';
import { canonicalJson } from '../shared/canonical.ts';
import type { CheckCard } from '../shared/check.ts';
import { exitCodes } from '../shared/exit.ts';
import type { Report } from '../shared/report.ts';
import { VERSION } from '../shared/version.ts';
import { type Before, beforeOf, beforeSchema } from './cluster/maintenance/before.ts';
import { buildFleet } from './fleet.ts';
import { rapiEvidenceSchema } from './rapi/evidence.ts';
import type { Evidence } from './sources.ts';

const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'expected a digest: sha256:…');
const exitNames = ['open', 'warnings', 'closed', 'undecided'] as const satisfies AnswerExit[];

const inputSchema = z.strictObject({
  node: z.string(),
  collectedAt: z.string(),
  joining: z.boolean(),
  digest: digestSchema.describe('of the report as canonical JSON'),
});

/** What a gate's answer was, and of what it was made, so that anyone can derive it again. */
export const receiptSchema = z.strictObject({
  schema: z.literal(1),
  kind: z.literal('receipt'),
  version: z.string().describe('of the program'),
  rules: digestSchema.describe('of the ids, titles and rules of all checks, and of the version'),
  question: z.strictObject({
    gate: z.string(),
    cluster: z.string(),
    now: z.iso.datetime().describe('the instant the answer holds for'),
    maxAge: z.string().nullable(),
    select: z.array(z.string()),
    skip: z.array(z.string()),
    failOn: z.enum(['fail', 'warn']),
    drain: z.array(z.string()).optional().describe('gate maintenance: the nodes to drain'),
  }),
  inputs: z.strictObject({
    reports: z.array(inputSchema).describe('by node, instant and digest'),
    policy: digestSchema.describe('of the policy in effect, defaults filled in'),
    waivers: digestSchema.nullable().describe('null: none were given'),
    rapi: rapiEvidenceSchema
      .optional()
      .describe('with --rapi: what it said, whole, as nobody can ask for that instant again'),
  }),
  answer: z.strictObject({
    state: z.enum(['open', 'closed', 'undecided']),
    exit: z.enum(exitNames),
    code: z.int(),
    digest: digestSchema.describe('of the whole answer with every finding'),
  }),
  before: beforeSchema.optional().describe('gate maintenance: what "verify --after" compares with'),
  digest: digestSchema.describe('of this receipt without this key'),
});

export type Receipt = z.infer<typeof receiptSchema>;
export type ReceiptInput = z.infer<typeof inputSchema>;

/** A question that was answered: from what, and how it ended. */
export interface Answered {
  evidence: Evidence;
  /** what the command line said that neither evidence nor answer show */
  given: { maxAge: string | null; waivers: boolean; failOn: 'fail' | 'warn' };
  answer: GateAnswer;
  exit: AnswerExit;
}

/** What a receipt is made with: every check there is, and SHA-256 in hexadecimal. */
export interface Digesting {
  cards: readonly CheckCard[];
  digest(text: string): string;
}

/** The receipt of an answer. */
export function makeReceipt(answered: Answered, { cards, digest }: Digesting): Receipt {
  const { evidence, given, answer, exit } = answered;
  const digestOf = (value: object) => `sha256:${digest(canonicalJson(value))}`;
  const { maxAge, failOn } = given;
  const receipt = {
    schema: 1,
    kind: 'receipt',
    version: VERSION,
    rules: digestOf({ version: VERSION, checks: rulesOf(cards) }),
    question: {
      gate: answer.gate,
      cluster: answer.cluster,
      now: answer.at,
      maxAge,
      select: answer.narrowed?.select ?? [],
      skip: answer.narrowed?.skip ?? [],
      failOn,
      ...drainIn(evidence),
    },
    inputs: {
      reports: inputsOf(evidence, digestOf),
      policy: digestOf(evidence.policy),
      waivers: given.waivers || evidence.waivers.length > 0 ? digestOf(evidence.waivers) : null,
      ...(evidence.rapi && { rapi: evidence.rapi }),
    },
    answer: {
      state: answer.state,
      exit,
      code: exitCodes[exit],
      digest: digestOf({ answer, exit, failOn }),
    },
    ...beforeIn(evidence),
  } as const;
  return { ...receipt, digest: digestOf(receipt) };
}

function drainIn({ drain = [] }: Evidence): { drain?: string[] } {
  return drain.length === 0 ? {} : { drain: [...drain] };
}

/** What the reports show every day counts, without that of the maintenance itself. */
function beforeIn(evidence: Evidence): { before?: Before } {
  const { drain = [], rapi: _, ...standing } = evidence;
  if (drain.length === 0) return {};
  const { nodes, clusterFindings } = buildFleet(standing);
  const findings = [...nodes.flatMap((node) => node.findings), ...clusterFindings];
  return { before: beforeOf({ drain, now: evidence.now }, nodes, findings) };
}

/** Whether a receipt is still as it was made; whoever can hash can make another. */
export function isIntact({ digest, ...rest }: Receipt, hash: Digesting['digest']): boolean {
  return digest === `sha256:${hash(canonicalJson(rest))}`;
}

function rulesOf(cards: readonly CheckCard[]): Pick<CheckCard, 'id' | 'title' | 'rules'>[] {
  return cards
    .map(({ id, title, rules }) => ({ id, title, rules }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The same whatever the order of the reports, and however often one of them is given. */
function inputsOf(
  { reports, joining }: Evidence,
  digestOf: (value: object) => string,
): ReceiptInput[] {
  const input = (report: Report, ofJoining: boolean): ReceiptInput => {
    const { node, collectedAt } = report;
    return { node, collectedAt, joining: ofJoining, digest: digestOf(report) };
  };
  const all = [
    ...reports.map((report) => input(report, false)),
    ...joining.map((report) => input(report, true)),
  ];
  const byText = new Map(all.map((one) => [canonicalOrder(one), one]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function canonicalOrder({ node, collectedAt, joining, digest }: ReceiptInput): string {
  return JSON.stringify([node, collectedAt, joining, digest]);
}
