import { closeSync, openSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { CommandError } from '../../shared/exit.ts';
import { migrations } from './migrations.ts';

/** `muster token` holds the lock for milliseconds; seconds mean trouble. */
const BUSY_TIMEOUT_MS = 2000;
/** Small checkpoints keep the slowest answers fast, at the same rate of deliveries. */
const CHECKPOINT_PAGES = 250;

/** The database at `path`: durable, checked and of the newest schema; made when it is not there. */
export async function openDatabase(path: string): Promise<Database> {
  // Loaded here and not above: commands that need no database must not need a native module.
  const { default: Sqlite } = await import('better-sqlite3');
  const db = attempt('unavailable', `cannot open the database ${path}`, () => {
    if (path !== ':memory:') makePrivate(path);
    return new Sqlite(path, { timeout: BUSY_TIMEOUT_MS });
  });
  try {
    attempt('badData', `${path} cannot be used as a database`, () => configure(db));
    attempt('badData', `${path} is damaged`, () => check(db));
    migrate(db, migrations);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/** A second connection to a database that is open already, only for reading. */
export async function openReader(path: string): Promise<Database> {
  const { default: Sqlite } = await import('better-sqlite3');
  return new Sqlite(path, { readonly: true, timeout: BUSY_TIMEOUT_MS });
}

/** The size of the database, without what waits in its journal. */
export function sizeBytesOf(db: Database): number {
  const [pages, size] = ['page_count', 'page_size'].map((name) =>
    db.pragma(name, { simple: true }),
  );
  return Number(pages) * Number(size);
}

/** Takes the schema to the end of `steps` in one transaction; refuses a schema that is newer. */
export function migrate(db: Database, steps: readonly string[]): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > steps.length) {
    throw new CommandError(
      'badData',
      `the database has schema ${version} and this program knows schemas up to ${steps.length}: ` +
        'run the newer program again, or restore a backup from before the upgrade',
    );
  }
  const pending = steps.slice(version);
  if (pending.length === 0) return;
  attempt('badData', `cannot take the database from schema ${version} to ${steps.length}`, () =>
    db
      .transaction(() => {
        for (const sql of pending) db.exec(sql);
        db.pragma(`user_version = ${steps.length}`);
      })
      .exclusive(),
  );
}

function configure(db: Database): void {
  const journal = db.pragma('journal_mode = WAL', { simple: true });
  if (journal !== 'wal' && !db.memory) throw new Error(`journal mode is ${journal}, not wal`);
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
}

function check(db: Database): void {
  const answer = db.pragma('quick_check(1)', { simple: true });
  if (answer !== 'ok') throw new Error(String(answer));
}

/** SQLite gives its -wal and -shm files the mode of the database file. */
function makePrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
}

function attempt<T>(exit: 'unavailable' | 'badData', what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new CommandError(exit, `${what}: ${messageOf(error)}`, error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
