import { CommandError, type ExitName } from '../../shared/exit.ts';
import { table } from '../../shared/render/tables.ts';
import type { Io, Register } from './command.ts';
import { type DatabaseOptions, withDatabase, withStore } from './database.ts';

interface AuditLogOptions extends DatabaseOptions {
  limit: string;
}

/** `muster audit-log`: who changed what and when. */
export const registerAuditLog: Register = (program, io, done) => {
  withDatabase(program.command('audit-log'))
    .description('who changed what of the collector and when, newest first')
    .option('--limit <count>', 'at most so many', '100')
    .action((options: AuditLogOptions) => done(auditLog(options, io)));
};

async function auditLog(options: AuditLogOptions, io: Io): Promise<ExitName> {
  const { limit } = options;
  if (!/^[1-9]\d{0,6}$/.test(limit)) {
    throw new CommandError('usage', `--limit: expected a number, found "${limit}"`);
  }
  const entries = await withStore(options, io, (store) => store.auditLog({ limit: Number(limit) }));
  const header = ['ID', 'AT', 'BY', 'ACTION', 'CLUSTER', 'SUBJECT'];
  const rows = entries.map(({ id, at, by, action, cluster, subject }) => [
    ...[String(id), at.toISOString(), by, action, cluster ?? '', subject],
  ]);
  for (const line of table([header, ...rows], header.length)) io.out(`${line}\n`);
  return 'open';
}
