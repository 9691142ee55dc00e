import type { Answer } from './answer.ts';
import { CommandError } from './exit.ts';
import { type Io, wantsColor } from './io.ts';
import { nearest } from './nearest.ts';

/** Every format in which an answer can be had. */
export const formats = [
  'text',
  'json',
  'junit',
  'tap',
  'nagios',
  'prometheus',
  'sarif',
  'github',
  'markdown',
  'html',
] as const;

export type Format = (typeof formats)[number];

/** What `--help` says of `--output`. */
export const outputHelp =
  'also write the answer to a file, such as junit:muster.xml; whole or not at all (repeatable)';

/** What `--help` says of `--quiet`. */
export const quietHelp = 'as text, print the answer and only what decides it';

/** Gathers the values of a repeatable option. */
export function repeated(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

/** What the command line says of outputs; the same for both programs. */
export interface OutputChoice {
  format?: Format;
  /** each `FORMAT:FILE` */
  output?: readonly string[];
  failOn: 'fail' | 'warn';
  color: 'auto' | 'always' | 'never';
  verbose: boolean;
  /** text on stdout tells only what decides */
  quiet?: boolean;
}

/** Where an answer goes: at most one format to stdout, any number to files. */
export interface Outputs {
  printed: Format;
  written: { format: Format | 'receipt'; file: string }[];
  /** what makes the exit code non-zero, now that the format on stdout is known */
  failOn: 'fail' | 'warn';
  choice: OutputChoice;
}

/** What the renderers may ask of a check: why it matters. */
export type WhyOf = (check: string) => string | undefined;

/**
 * Reads what was asked for; a mistake is found here, before any work is done. A receipt is no
 * format: only a command that can make one takes it, and only into a file.
 */
export function planOutputs(
  choice: OutputChoice,
  { receipts = false }: { receipts?: boolean } = {},
): Outputs {
  const names = receipts ? ([...formats, 'receipt'] as const) : formats;
  const targets = (choice.output ?? []).map((text) => parseTarget(text, names));
  const printed = targets.filter(({ file }) => file === '-').map(({ format }) => printable(format));
  if (choice.format !== undefined) printed.unshift(choice.format);
  if (printed.length > 1) {
    throw new CommandError('usage', `stdout takes one format, not ${printed.join(' and ')}`);
  }
  const written = targets.filter(({ file }) => file !== '-');
  const files = written.map(({ file }) => file);
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined) {
    throw new CommandError('usage', `--output: ${twice} is named twice`);
  }
  const [format = 'text'] = printed;
  // What reads the plugin's output takes 1 for a warning; its words and its exit must agree.
  const failOn = format === 'nagios' ? 'warn' : choice.failOn;
  return { printed: format, written, failOn, choice };
}

/** What a command delivers besides the answer itself. */
export interface Delivery {
  outputs: Outputs;
  whyOf: WhyOf;
  /** makes the receipt, where one may be asked for */
  receipt?: () => string;
}

/** Prints the answer and writes every file asked for; the exit has been decided by then. */
export async function deliver(
  answer: Answer,
  { outputs, whyOf, receipt = () => '' }: Delivery,
  io: Io,
): Promise<void> {
  const { renderers } = await import('./render/formats.ts');
  const { printed, written, choice } = outputs;
  const { verbose, failOn } = choice;
  const options = { verbose, failOn, color: false, why: whyOf };
  const color = wantsColor(choice.color, io);
  io.out(renderers[printed](answer, { ...options, color, quiet: choice.quiet ?? false }));
  for (const { format, file } of written) {
    const text = format === 'receipt' ? receipt() : renderers[format](answer, options);
    await writeOutput(file, text, io);
  }
  const summary = io.env.GITHUB_STEP_SUMMARY;
  const forGithub = printed === 'github' || written.some(({ format }) => format === 'github');
  if (forGithub && summary !== undefined && summary !== '') {
    await guarded(summary, () =>
      io.files.appendFile(summary, `${renderers.markdown(answer, options)}\n`),
    );
  }
}

/**
 * Writes a file so that a reader sees the old text or the new one, never half. The file beside it
 * has a name that node_exporter, which takes all of *.prom, passes over.
 */
async function writeOutput(file: string, text: string, { files, unique }: Io): Promise<void> {
  await guarded(file, async () => {
    const target = await replaceable(file, files);
    if (target === null) return files.appendFile(file, text);
    const partial = `${target}.${unique()}.partial`;
    try {
      await files.writeFile(partial, text, { flag: 'wx', flush: true });
      await files.rename(partial, target);
    } catch (error) {
      // what stood there before is not ours; else, with nothing to remove, the first error counts
      if (codeOf(error) !== 'EEXIST') await files.unlink(partial).catch(() => undefined);
      throw error;
    }
  });
}

/** The path to rename to; null for what must stay what it is: /dev/null, /dev/stderr, a pipe. */
async function replaceable(file: string, files: Io['files']): Promise<string | null> {
  // /dev/stdout is a link that may lead to a plain file, which is open elsewhere
  if (/^\/(dev|proc)\//.test(file)) return null;
  try {
    return (await files.stat(file)).isFile() ? await files.realpath(file) : null;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return file;
    throw error;
  }
}

async function guarded(file: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(exitOfWriting(codeOf(cause)), `writing ${file}: ${reason}`, cause);
  }
}

function exitOfWriting(code: string | null): 'noPermission' | 'usage' | 'tryAgain' {
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'noPermission';
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return 'usage';
  return 'tryAgain';
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

function printable(format: Format | 'receipt'): Format {
  if (format !== 'receipt') return format;
  throw new CommandError('usage', '--output: a receipt goes to a file, not to stdout');
}

function parseTarget<F extends string>(
  text: string,
  names: readonly F[],
): { format: F; file: string } {
  const colon = text.indexOf(':');
  const file = text.slice(colon + 1);
  if (colon < 0 || file === '') {
    throw new CommandError(
      'usage',
      `--output: expected FORMAT:FILE such as junit:muster.xml, found "${text}"`,
    );
  }
  const name = text.slice(0, colon);
  const format = names.find((one) => one === name);
  if (format !== undefined) return { format, file };
  const near = nearest(name, names);
  const hint = near === null ? `known: ${names.join(', ')}` : `did you mean "${near}"?`;
  throw new CommandError('usage', `--output: no format "${name}"; ${hint}`);
}
