import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CommandError } from '../../shared/exit.ts';
import { type Change, type Store, StoreUnavailable } from '../store/store.ts';
import type { Io } from './command.ts';

/** Adds `--database` to a command that works on the database itself, not through the collector. */
export function withDatabase(command: Command): Command {
  return command
    .requiredOption(
      '--database <where>',
      'sqlite:PATH, PATH or postgres://… of the collector, which may be running; ' +
        'run this as its user',
    )
    .option(...passwordFileOption);
}

/** Names the file with the password of a `postgres://…`. */
export const passwordFileOption = [
  '--database-password-file <file>',
  'of postgres://…; else the credential database-password, PGPASSFILE, PGPASSWORD',
] as const;

/** What names a database on the command line. */
export interface DatabaseOptions {
  database: string;
  databasePasswordFile?: string;
}

/** The name of the password among the credentials that systemd hands to a unit. */
const CREDENTIAL = 'database-password';

/** The file that the options or systemd's credentials name; null: PostgreSQL's own ways. */
export function passwordFileOf(
  { databasePasswordFile }: Pick<DatabaseOptions, 'databasePasswordFile'>,
  { CREDENTIALS_DIRECTORY }: Io['env'],
): string | null {
  if (databasePasswordFile !== undefined) return databasePasswordFile;
  if (CREDENTIALS_DIRECTORY === undefined) return null;
  const file = join(CREDENTIALS_DIRECTORY, CREDENTIAL);
  return existsSync(file) ? file : null;
}

/** Opens the store for one action and closes it whatever comes of that. */
export async function withStore<T>(
  options: DatabaseOptions,
  io: Io,
  action: (store: Store) => Promise<T>,
): Promise<T> {
  const { openStore } = await import('../store/open.ts');
  const store = await openStore(options.database, passwordFileOf(options, io.env));
  try {
    return await action(store);
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    throw new CommandError('unavailable', error.message, error);
  } finally {
    await store.close();
  }
}

/** A change by whoever runs this command, as the audit log names them. */
export function changeByCommand(io: Io): Change {
  const { username } = userInfo();
  const person = io.env.SUDO_USER;
  const by = person === undefined ? username : `${person} as ${username}`;
  return { by: `cli ${by}`, at: io.now() };
}

/** An instant to the minute, UTC, for a column. */
export function minuteOf(date: Date | null, none: string): string {
  return date === null ? none : date.toISOString().slice(0, 16).replace('T', ' ');
}
