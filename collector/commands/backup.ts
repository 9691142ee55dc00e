import type { ExitName } from '../../shared/exit.ts';
import type { Io, Register } from './command.ts';
import { withDatabase, withStore } from './database.ts';

/** `muster backup`: a whole and consistent copy while the collector goes on. */
export const registerBackup: Register = (program, io, done) => {
  withDatabase(program.command('backup'))
    .description('copy the database into a new file while the collector goes on')
    .argument('<file>', 'which must not exist yet')
    .action((file: string, { database }: { database: string }) => done(backup(file, database, io)));
};

async function backup(file: string, database: string, io: Io): Promise<ExitName> {
  await withStore(database, (store) => store.backup(file));
  io.err(`${file} holds all of it\n`);
  return 'open';
}
