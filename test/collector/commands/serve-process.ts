import * as files from 'node:fs/promises';
import { Command } from 'commander';
import { registerServe } from '../../../collector/commands/serve.ts';
import { exitCodes, exitOfError } from '../../../shared/exit.ts';

/** `muster serve` as a process of its own, for tests that kill it. */
const program = new Command('muster').exitOverride();
const io = {
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
  env: process.env,
  now: () => new Date(),
  readStdin: async () => '',
  files,
  unique: () => `${process.pid}-${process.hrtime.bigint()}`,
  digest: () => '',
  terminal: false,
};
registerServe(program, io, async (exit) => {
  process.exitCode = exitCodes[await exit];
});
program.parseAsync().catch((error: unknown) => {
  const { code, message } = exitOfError(error);
  io.err(`${message ?? ''}\n`);
  process.exitCode = code;
});
