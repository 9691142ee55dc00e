import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Change, Store } from '../store/store.ts';
import type { Io } from './command.ts';

/** Adds `--database` to a command that works on the database itself, not through the collector. */
export function withDatabase(command: Command): Command {
  return command.requiredOption(
    '--database <where>',
    'sqlite:PATH or PATH of the collector, which may be running; run this as its user',
  );
}

/** Opens the store for one action and closes it whatever comes of that. */
export async function withStore<T>(
  database: string,
  action: (store: Store) => Promise<T>,
): Promise<T> {
  const { openStore } = await import('../store/open.ts');
  const store = await openStore(database);
  try {
    return await action(store);
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
