import { z } from 'zod';

export const verifySeverities = ['error', 'warning'] as const;

export const verifyFindingSchema = z.strictObject({
  severity: z.enum(verifySeverities).describe('as Ganeti has it; only errors change its exit code'),
  code: z
    .string()
    .nullable()
    .describe('such as ENODELVM; null: verify ran without --error-codes, or the line has none'),
  kind: z
    .string()
    .nullable()
    .describe('cluster, node, instance, group; null: the line is not about one object'),
  name: z
    .string()
    .nullable()
    .describe('as printed: a name, at times a UUID; null where Ganeti says None or nothing'),
  message: z.string(),
});

/** One thing that `gnt-cluster verify` found. */
export type VerifyFinding = z.infer<typeof verifyFindingSchema>;

/** What a run of `gnt-cluster verify` said, its lines in order. */
export interface VerifyOutput {
  findings: VerifyFinding[];
  /** NOTICE lines, and 3.1's assessment of hypervisor parameters: neither error nor warning */
  remarks: string[];
  /** titles of the sections it came to; a run that was cut off lacks its last, Hooks Results */
  sections: string[];
  /** jobs that the command says it submitted; none in a job's own log */
  jobIds: number[];
}

/**
 * The output of `gnt-cluster verify` as a terminal shows it, with `--error-codes` or without, of
 * Ganeti 3.0 and 3.1; null when no line of the text is of such a run.
 */
export function parseVerifyOutput(text: string): VerifyOutput | null {
  const entries = entriesOf(text);
  const submitted = entries.flatMap((entry) => SUBMITTED.exec(entry)?.[1]?.split(', ') ?? []);
  const messages = entries.map((entry) => entry.replace(STAMP, ''));
  const output = parseVerifyMessages(messages);
  if (output.sections.length === 0) return null;
  return { ...output, jobIds: submitted.map(Number) };
}

/** The messages of a verify job's log, which are what a terminal shows behind the time. */
export function parseVerifyMessages(messages: readonly string[]): VerifyOutput {
  const output: VerifyOutput = { findings: [], remarks: [], sections: [], jobIds: [] };
  for (const message of messages) takeIn(output, message.trimEnd());
  return output;
}

/** `ctime` pads the day with a space. */
const STAMP = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} /;
const SUBMITTED = /^Submitted jobs? (\d{1,10}(?:, \d{1,10})*)$/;
/** What the command itself says, and what a pasted text may have without the times. */
const BEGINS = /^(?:Submitted jobs? \d|Waiting for job \d|Job \d|\d+ job\(s\) failed|exit \d|\* )/;
const CODED = /^ {2}- (ERROR|WARNING):(E[A-Z0-9]+):(\w+):([^:]*):(.*)$/s;
const UNCODED = /^ {2}- (ERROR|WARNING): (cluster|group|instance|node)(?: ([^\s:]*))?: (.*)$/s;
/** Said by what runs below verify, such as the hooks, with one space only. */
const ASIDE = /^ {0,2}- (ERROR|WARNING): (.*)$/s;
const NOTICE = /^ {2}- NOTICE: (.*)$/s;
const ITEM = /^ {2}- (\S.*)$/s;

/** A message may go on over lines, and only its first line bears the time. */
function entriesOf(text: string): string[] {
  const entries: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const begins = STAMP.test(line) || BEGINS.test(line) || /^(?: {1,2}- | {6})/.test(line);
    if (begins || entries.length === 0) entries.push(line);
    else entries.push(`${entries.pop()}\n${line}`);
  }
  return entries;
}

/** The output of a hook stands six spaces in, and is the hook's own: it is no finding. */
function takeIn(output: VerifyOutput, message: string): void {
  const [, title] = /^\* (.+)/.exec(message) ?? [];
  if (title !== undefined) return void output.sections.push(title);
  const finding = findingOf(message);
  if (finding !== null) return void output.findings.push(finding);
  const [, remark] = NOTICE.exec(message) ?? ITEM.exec(message) ?? [];
  if (remark !== undefined) output.remarks.push(remark);
}

function findingOf(message: string): VerifyFinding | null {
  const [, codedAs, code, codedKind, codedName, said] = CODED.exec(message) ?? [];
  if (codedAs && code && codedKind && said !== undefined) {
    const name = codedName === 'None' || !codedName ? null : codedName;
    return { severity: severityOf(codedAs), code, kind: codedKind, name, message: said };
  }
  const [, saidAs, kind, name, text] = UNCODED.exec(message) ?? [];
  if (saidAs && kind && text !== undefined) {
    return { severity: severityOf(saidAs), code: null, kind, name: name || null, message: text };
  }
  const [, asideAs, aside] = ASIDE.exec(message) ?? [];
  if (asideAs === undefined || aside === undefined) return null;
  return { severity: severityOf(asideAs), code: null, kind: null, name: null, message: aside };
}

function severityOf(word: string): VerifyFinding['severity'] {
  return word === 'ERROR' ? 'error' : 'warning';
}
