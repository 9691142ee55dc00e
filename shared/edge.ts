import { type ExitName, exitCodes, exitOfError } from './exit.ts';
import type { Files, Io } from './io.ts';
import { type Progress, progressOn, type Watcher } from './progress.ts';
import { visible } from './render/safe.ts';

/** What the edge of a program takes from Node; `process` is the first of these as it stands. */
export interface Edge {
  process: {
    stdout: Output & { isTTY?: boolean };
    stderr: Output & { isTTY?: boolean };
    stdin: AsyncIterable<Uint8Array | string>;
    env: Readonly<Record<string, string | undefined>>;
    pid: number;
    hrtime: { bigint(): bigint };
    exitCode?: number | string | null | undefined;
  };
  files: Files;
  /** the SHA-256 of a text, in hexadecimal */
  digest(text: string): string;
  now(): Date;
  /** for progress; without it there is none */
  after?: Watcher['after'];
}

interface Output {
  write(text: string): unknown;
  on(event: 'error', listener: (error: Error & { code?: string }) => void): unknown;
}

/** A command line, ready to read its arguments. */
type Program = { parseAsync(): Promise<unknown> };

/** Runs a program to its end; the one place where an exit becomes the exit code of the process. */
export async function runProgram(
  name: string,
  edge: Edge,
  build: (io: Io, done: (exit: Promise<ExitName>) => Promise<void>) => Program,
): Promise<void> {
  const { process } = edge;
  // a reader such as `head` may have enough before the end; the exit code stands all the same
  process.stdout.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const progress = progressOf(edge);
  const program = build(ioOf(edge, progress), async (exit) => {
    process.exitCode = exitCodes[await exit];
  });
  try {
    await program.parseAsync();
    progress?.clear();
  } catch (error) {
    progress?.clear();
    const { code, message } = exitOfError(error);
    if (message !== null) process.stderr.write(`${name}: ${inLines(message)}\n`);
    process.exitCode = code;
  }
}

/** Where nobody watches stderr, or in a terminal that knows no control characters, none. */
function progressOf({ process, after }: Edge): Progress | null {
  const { stderr, env } = process;
  if (after === undefined || stderr.isTTY !== true || env.TERM === 'dumb') return null;
  return progressOn({ write: (text) => stderr.write(text), after });
}

function ioOf({ process, files, digest, now }: Edge, progress: Progress | null): Io {
  const writeTo = (stream: Output) => (text: string) => {
    progress?.clear();
    stream.write(text);
  };
  return {
    out: writeTo(process.stdout),
    err: writeTo(process.stderr),
    env: process.env,
    now,
    readStdin: () => textOf(process.stdin),
    files,
    unique: () => `${process.pid}-${process.hrtime.bigint()}`,
    digest,
    terminal: process.stdout.isTTY === true,
    ...(progress && { progress: (text: string) => progress.say(text) }),
  };
}

async function textOf(input: AsyncIterable<Uint8Array | string>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of input) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** What an error quotes of a file or a node cannot command a terminal. */
function inLines(message: string): string {
  return message.split('\n').map(visible).join('\n');
}
