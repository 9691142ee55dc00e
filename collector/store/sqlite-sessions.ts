import type { Database } from 'better-sqlite3';
import { dateOf, isoOf } from './columns.ts';
import type { NewSession, StoredSession } from './session.ts';
import type { StoredToken } from './store.ts';

/** Gives the token of an id, as long as it was not revoked. */
export type TokenById = (id: number) => StoredToken | null;

interface SessionRow {
  token_id: number;
  expires_at: string;
}

/** Every statement about who is signed in. */
export function sessionStatements(db: Database, tokenById: TokenById) {
  const forget = db.prepare<[string]>('DELETE FROM sessions WHERE expires_at <= ?');
  const insert = db.prepare<[string, number, string]>(
    'INSERT INTO sessions (hash, token_id, expires_at) VALUES (?, ?, ?)',
  );
  const byHash = db.prepare<[string], SessionRow>(
    'SELECT token_id, expires_at FROM sessions WHERE hash = ?',
  );
  const remove = db.prepare<[string]>('DELETE FROM sessions WHERE hash = ?');

  return {
    open({ hash, token, expiresAt }: NewSession, at: Date): void {
      forget.run(isoOf(at));
      insert.run(hash, token, isoOf(expiresAt));
    },

    get(hash: string): StoredSession | null {
      const row = byHash.get(hash);
      const token = row === undefined ? null : tokenById(row.token_id);
      if (row === undefined || token === null) return null;
      return { token, expiresAt: dateOf(row.expires_at) };
    },

    close(hash: string): void {
      remove.run(hash);
    },
  };
}
