import { Command } from 'commander';
import type { ExitName } from '../shared/exit.ts';
import type { Io } from '../shared/io.ts';
import { VERSION } from '../shared/version.ts';
import { registerChecks } from './commands/checks.ts';
import { registerCpuType } from './commands/cpu-type.ts';
import { registerMigration } from './commands/migration.ts';
import { registerPolicy } from './commands/policy.ts';
import { registerReceipt } from './commands/receipt.ts';
import { registerServe } from './commands/serve.ts';
import { registerStatus } from './commands/status.ts';
import { registerToken } from './commands/token.ts';
import { registerVerify } from './commands/verify.ts';
import { registerWaive } from './commands/waive.ts';

/** The commands, in the order `--help` shows them. */
export const commands = [
  registerVerify,
  registerCpuType,
  registerMigration,
  registerStatus,
  registerChecks,
  registerPolicy,
  registerWaive,
  registerReceipt,
  registerServe,
  registerToken,
];

/** The operator's command line; each action's exit is handed to `done`. */
export function buildProgram(io: Io, done: (exit: Promise<ExitName>) => Promise<void>): Command {
  const program = new Command('muster')
    .description('Judges a Ganeti cluster from the reports of its nodes.')
    .version(VERSION, '-V, --version')
    .showHelpAfterError('(add --help for the options)')
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .exitOverride();
  for (const register of commands) register(program, io, done);
  return program;
}
