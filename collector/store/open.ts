import { CommandError } from '../../shared/exit.ts';
import { openSqliteStore } from './sqlite.ts';
import type { Store } from './store.ts';

/** The store behind `sqlite:PATH` or a plain path. */
export async function openStore(database: string): Promise<Store> {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(database)?.[1];
  if (scheme !== undefined && scheme !== 'sqlite') {
    throw new CommandError(
      'usage',
      `--database: expected sqlite:PATH or PATH, found "${database}"`,
    );
  }
  const path = database.replace(/^sqlite:/, '');
  if (path === '') throw new CommandError('usage', '--database: the path is empty');
  return openSqliteStore(path);
}
