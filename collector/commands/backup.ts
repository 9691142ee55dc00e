import type { ExitName } from '../../shared/exit.ts';
import type { Io, Register } from './command.ts';
import { type DatabaseOptions, withDatabase, withStore } from './database.ts';

/** `muster backup`: a whole and consistent copy while the collector goes on. */
export const registerBackup: Register = (program, io, done) => {
  withDatabase(program.command('backup'))
    .description('copy the database into a new file while the collector goes on')
    .argument('<file>', 'which must not exist yet')
    .action((file: string, options: DatabaseOptions) => done(backup(file, options, io)));
};

async function backup(file: string, options: DatabaseOptions, io: Io): Promise<ExitName> {
  await withStore(options, io, (store) => store.backup(file));
  io.err(`${file} holds all of it\n`);
  return 'open';
}
