import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Database } from 'better-sqlite3';
import { CommandError } from '../../shared/exit.ts';
import { openReader } from './sqlite-database.ts';

/** Copied in one go while deliveries wait: less than a millisecond. */
const STEP_PAGES = 100;

/**
 * A copy of the database in a new file, private and on disk when the promise resolves. It is of
 * one moment, after the call: whatever was committed before the call is in it.
 */
export async function backUp(db: Database, to: string): Promise<void> {
  const path = resolve(to);
  const partial = `${path}.part`;
  if (existsSync(path)) throw new CommandError('usage', `${path} is there already`);
  try {
    closeSync(openSync(partial, 'wx', 0o600));
  } catch (error) {
    throw new CommandError('unavailable', `cannot write the backup: ${messageOf(error)}`, error);
  }
  try {
    await copy(db, partial);
    sync(partial);
    renameSync(partial, path);
    sync(dirname(path));
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/**
 * A reader of its own stays at its moment whoever writes; a copy through the writing connection
 * would begin anew with every write of another process.
 */
async function copy(db: Database, to: string): Promise<void> {
  if (db.memory) {
    await db.backup(to);
    return;
  }
  const reader = await openReader(db.name);
  try {
    reader.exec('BEGIN');
    reader.pragma('schema_version');
    await reader.backup(to, { progress: () => STEP_PAGES });
  } finally {
    reader.close();
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
