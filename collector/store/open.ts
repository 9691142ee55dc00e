import { CommandError } from '../../shared/exit.ts';
import { openPostgresStore } from './postgres.ts';
import { isPostgres } from './postgres-address.ts';
import { openSqliteStore } from './sqlite.ts';
import type { Store } from './store.ts';

/** The store behind `postgres://…`, `sqlite:PATH` or a plain path. */
export async function openStore(
  database: string,
  passwordFile: string | null = null,
): Promise<Store> {
  if (isPostgres(database)) return openPostgresStore(database, passwordFile);
  return openSqliteStore(sqlitePathOf(database));
}

/** The path in `sqlite:PATH` or a plain path. */
export function sqlitePathOf(database: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(database)?.[1];
  if (scheme !== undefined && scheme !== 'sqlite') {
    throw new CommandError(
      'usage',
      `--database: expected sqlite:PATH, PATH or postgres://…, found "${database}"`,
    );
  }
  const path = database.replace(/^sqlite:/, '');
  if (path === '') throw new CommandError('usage', '--database: the path is empty');
  return path;
}
