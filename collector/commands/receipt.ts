import { CommandError, type ExitName } from '../../shared/exit.ts';
import { repeated } from '../../shared/outputs.ts';
import { visible } from '../../shared/render/safe.ts';
import { counted } from '../../shared/wording.ts';
import { readText } from '../given-files.ts';
import { isIntact, makeReceipt, type Receipt, receiptSchema } from '../receipt.ts';
import { compareReceipts } from '../receipt-comparison.ts';
import {
  type Evidence,
  loadEvidence,
  parseJson,
  type SourceOptions,
  showIssues,
} from '../sources.ts';
import { allCards } from './cards.ts';
import type { Io, Register } from './command.ts';
import { withEvidence, withWaivers } from './options.ts';
import { answerQuestion, type Question, questionOf } from './question.ts';

type CheckOptions = Omit<SourceOptions, 'maxAge' | 'now'>;

/** `muster receipt check`: derives the answer of a receipt again, as of the receipt's instant. */
export const registerReceipt: Register = (program, io, done) => {
  const receipt = program.command('receipt').description('what "verify -o receipt:FILE" wrote');
  withWaivers(
    withEvidence(receipt.command('check').argument('<file>', 'the receipt, as verify wrote it')),
  )
    .description('derive the answer again: equal 0, different 2, an input missing 3')
    .option('--join <report>', 'gate join: a report of a joining node (repeatable)', repeated, [])
    .action((file: string, paths: string[], options: CheckOptions) =>
      done(check({ file, paths, options }, io)),
    );
};

async function check(
  { file, paths, options }: { file: string; paths: string[]; options: CheckOptions },
  io: Io,
): Promise<ExitName> {
  const recorded = parseReceipt(await readText(file), file);
  if (!isIntact(recorded, io.digest)) {
    io.out('differs  the receipt itself: it was changed after it was made\n');
    return 'closed';
  }
  const derived = await deriveAgain({ recorded, file, paths, options }, io);
  const { differs, missing } = compareReceipts(recorded, derived, {
    policy: options.policy !== undefined || paths.length === 0,
    waivers: options.waivers !== undefined,
  });
  for (const one of differs) io.out(`differs  ${visible(one)}\n`);
  for (const one of missing) io.out(`missing  ${visible(one)}\n`);
  if (differs.length > 0) return 'closed';
  if (missing.length > 0) return 'undecided';
  io.out(`equal  ${visible(summaryOf(recorded))}\n`);
  return 'open';
}

interface Derivation {
  recorded: Receipt;
  file: string;
  paths: string[];
  options: CheckOptions;
}

async function deriveAgain(
  { recorded, file, paths, options }: Derivation,
  io: Io,
): Promise<Receipt> {
  const { cluster, now, maxAge, failOn } = recorded.question;
  const evidence = await loadEvidence(
    paths,
    { cluster, ...options, now, ...(maxAge !== null && { maxAge }) },
    io,
  );
  const { drain } = recorded.question;
  const { rapi } = recorded.inputs;
  if (drain !== undefined) evidence.drain = drain;
  if (rapi !== undefined) evidence.rapi = rapi;
  const question = questionIn(recorded, file, evidence);
  const waivers = options.waivers !== undefined;
  const given = { maxAge, waivers, failOn };
  const answered = { evidence, given, ...answerQuestion(question, evidence) };
  const cards = [...allCards, ...evidence.rules];
  return makeReceipt(answered, { cards, digest: io.digest });
}

/** A receipt of another version may ask by names that this one does not have. */
function questionIn({ question }: Receipt, file: string, evidence: Evidence): Question {
  try {
    return questionOf(question, evidence);
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    const message = `${file}: this version cannot ask what it asks: ${cause.message}`;
    throw new CommandError('badData', message, cause);
  }
}

/** The receipt in a text, or an error that names the file. */
export function parseReceipt(text: string, file: string): Receipt {
  const result = receiptSchema.safeParse(parseJson(text, file));
  if (result.success) return result.data;
  throw new CommandError('badData', `${file}: not a receipt: ${showIssues(result.error)}`);
}

/** `gate install, cluster c1, as of …: closed (exit 2), from 3 reports; --skip storage.*`. */
function summaryOf({ question, inputs, answer }: Receipt): string {
  const { gate, cluster, now, select, skip } = question;
  const narrowed = [
    ...select.map((pattern) => `--select ${pattern}`),
    ...skip.map((pattern) => `--skip ${pattern}`),
  ];
  const words = narrowed.length === 0 ? '' : `; ${narrowed.join(' ')}`;
  const verdict = `${answer.state} (exit ${answer.code})`;
  const from = counted(inputs.reports.length, 'report');
  return `gate ${gate}, cluster ${cluster}, as of ${now}: ${verdict}, from ${from}${words}`;
}
