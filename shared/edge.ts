import { type ExitName, exitCodes, exitOfError } from './exit.ts';
import type { Files, Io } from './io.ts';

/** What the edge of a program takes from Node; `process` is the first of these as it stands. */
export interface Edge {
  process: {
    stdout: Output & { isTTY?: boolean };
    stderr: Output;
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
  const program = build(ioOf(edge), async (exit) => {
    process.exitCode = exitCodes[await exit];
  });
  try {
    await program.parseAsync();
  } catch (error) {
    const { code, message } = exitOfError(error);
    if (message !== null) process.stderr.write(`${name}: ${message}\n`);
    process.exitCode = code;
  }
}

function ioOf({ process, files, digest, now }: Edge): Io {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    env: process.env,
    now,
    readStdin: () => textOf(process.stdin),
    files,
    unique: () => `${process.pid}-${process.hrtime.bigint()}`,
    digest,
    terminal: process.stdout.isTTY === true,
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
