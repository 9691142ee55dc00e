import { Command } from 'commander';
import { configure } from '../shared/command-line.ts';
import type { ExitName } from '../shared/exit.ts';
import type { Io } from '../shared/io.ts';
import { VERSION_TEXT } from '../shared/version.ts';
import { registerAuditLog } from './commands/audit-log.ts';
import { registerBackup } from './commands/backup.ts';
import { registerCapacity } from './commands/capacity.ts';
import { registerChecks } from './commands/checks.ts';
import { registerConfig } from './commands/config.ts';
import { registerCpuType } from './commands/cpu-type.ts';
import { registerDiff } from './commands/diff.ts';
import { registerMigrateStore } from './commands/migrate-store.ts';
import { registerMigration } from './commands/migration.ts';
import { registerNode } from './commands/node.ts';
import { registerPlan } from './commands/plan.ts';
import { registerPolicy } from './commands/policy.ts';
import { registerReceipt } from './commands/receipt.ts';
import { registerRolling } from './commands/rolling.ts';
import { registerServe } from './commands/serve.ts';
import { registerStatus } from './commands/status.ts';
import { registerTls } from './commands/tls.ts';
import { registerToken } from './commands/token.ts';
import { registerVerify } from './commands/verify.ts';
import { registerWaive } from './commands/waive.ts';
import { configurable } from './configuration.ts';

/** The commands, in the order `--help` shows them. */
export const commands = [
  registerVerify,
  registerCpuType,
  registerMigration,
  registerPlan,
  registerRolling,
  registerCapacity,
  registerStatus,
  registerDiff,
  registerChecks,
  registerPolicy,
  registerWaive,
  registerReceipt,
  registerServe,
  registerToken,
  registerNode,
  registerAuditLog,
  registerBackup,
  registerMigrateStore,
  registerTls,
  registerConfig,
];

/** The operator's command line; each action's exit is handed to `done`. */
export function buildProgram(io: Io, done: (exit: Promise<ExitName>) => Promise<void>): Command {
  const program = new Command('muster')
    .description('Judges a Ganeti cluster from the reports of its nodes.')
    .version(VERSION_TEXT, '-V, --version')
    .showHelpAfterError('(add --help for the options)')
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .exitOverride();
  for (const register of commands) register(program, io, done);
  configure(program, configurable, io);
  return program;
}
