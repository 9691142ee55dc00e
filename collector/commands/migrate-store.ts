import { CommandError, type ExitName } from '../../shared/exit.ts';
import { StoreUnavailable } from '../store/store.ts';
import type { Io, Register } from './command.ts';
import { passwordFileOf, passwordFileOption } from './database.ts';

interface MigrateOptions {
  from: string;
  to: string;
  databasePasswordFile?: string;
}

/** `muster migrate-store`: a SQLite store moves into PostgreSQL, whole or not at all. */
export const registerMigrateStore: Register = (program, io, done) => {
  program
    .command('migrate-store')
    .description('move a store from SQLite into PostgreSQL, and check all of it there')
    .requiredOption('--from <where>', 'sqlite:PATH or PATH of a collector that is stopped')
    .requiredOption('--to <where>', 'postgres://USER@HOST/DATABASE, an empty database')
    .option(...passwordFileOption)
    .addHelpText('after', '\nRun again after a break, it goes on where it was. The source stays.')
    .action((options: MigrateOptions) => done(migrate(options, io)));
};

async function migrate(options: MigrateOptions, io: Io): Promise<ExitName> {
  const { from, to } = options;
  const { sqlitePathOf } = await import('../store/open.ts');
  const { isPostgres } = await import('../store/postgres-address.ts');
  const { moveStore } = await import('../store/move.ts');
  if (isPostgres(from) || !isPostgres(to)) {
    throw new CommandError('usage', 'a store is moved --from sqlite:PATH --to postgres://…');
  }
  const moved = moveStore({
    from: sqlitePathOf(from),
    to,
    passwordFile: passwordFileOf(options, io.env),
    now: io.now,
    say: (words) => io.err(`${words}\n`),
    onBatch: (words) => io.progress?.(words),
  });
  await moved.catch((error: unknown) => {
    if (!(error instanceof StoreUnavailable)) throw error;
    throw new CommandError('unavailable', `${error.message}; run it again, and it goes on`, error);
  });
  io.err('all of it is there: give --database the address of the new store from now on\n');
  return 'open';
}
