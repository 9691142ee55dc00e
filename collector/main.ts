import { createHash } from 'node:crypto';
import * as files from 'node:fs/promises';
import { exitCodes, exitOfError } from '../shared/exit.ts';
import type { Io } from '../shared/io.ts';
import { buildProgram } from './program.ts';

const io: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  env: process.env,
  now: () => new Date(),
  readStdin: async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString('utf8');
  },
  files,
  unique: () => `${process.pid}-${process.hrtime.bigint()}`,
  digest: (text) => createHash('sha256').update(text).digest('hex'),
  terminal: process.stdout.isTTY === true,
};

// a reader such as `head` may have enough before the end; the exit code stands all the same
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const program = buildProgram(io, async (exit) => {
  process.exitCode = exitCodes[await exit];
});

program.parseAsync().catch((error: unknown) => {
  const { code, message } = exitOfError(error);
  if (message !== null) io.err(`muster: ${message}\n`);
  process.exitCode = code;
});
