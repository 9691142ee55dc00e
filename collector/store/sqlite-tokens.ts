import type { Database } from 'better-sqlite3';
import { isoOf } from './columns.ts';
import type { EnrolmentToken, NewEnrolmentToken } from './enrolment.ts';
import type { AuditStatements } from './sqlite-audit.ts';
import type { Change, NewToken, StoredToken } from './store.ts';
import {
  type EnrolmentTokenRow,
  enrolmentTokenColumns,
  enrolmentTokenOf,
  enrolmentTokenSubject,
  type TokenRow,
  tokenColumns,
  tokenOf,
  tokenSubject,
} from './token-rows.ts';

type Texts = (string | null)[];

/** Every statement about the tokens of people and programs. */
export function tokenStatements(db: Database, audit: AuditStatements) {
  const insert = db.prepare<Texts>(
    `INSERT INTO tokens (hash, name, role, cluster, created_at, expires_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const byHash = db.prepare<[string], TokenRow>(
    `SELECT ${tokenColumns} FROM tokens WHERE hash = ?`,
  );
  const byId = db.prepare<[number], TokenRow>(`SELECT ${tokenColumns} FROM tokens WHERE id = ?`);
  const all = db.prepare<[], TokenRow>(`SELECT ${tokenColumns} FROM tokens ORDER BY id`);
  const remove = db.prepare<[number], TokenRow>(
    `DELETE FROM tokens WHERE id = ? RETURNING ${tokenColumns}`,
  );
  const touch = db.prepare<[string, number]>('UPDATE tokens SET last_used_at = ? WHERE id = ?');

  return {
    create({ hash, ...token }: NewToken, change: Change): StoredToken {
      const { name, role, cluster, createdAt, expiresAt } = token;
      const done = insert.run(hash, name, role, cluster, isoOf(createdAt), isoOf(expiresAt));
      const stored = { id: Number(done.lastInsertRowid), ...token, lastUsedAt: null };
      audit.note(change, { action: 'token.create', cluster, subject: tokenSubject(stored) });
      return stored;
    },

    byHash(hash: string): StoredToken | null {
      const row = byHash.get(hash);
      return row === undefined ? null : tokenOf(row);
    },

    byId(id: number): StoredToken | null {
      const row = byId.get(id);
      return row === undefined ? null : tokenOf(row);
    },

    all: (): StoredToken[] => all.all().map(tokenOf),

    revoke(id: number, change: Change): boolean {
      const row = remove.get(id);
      if (row === undefined) return false;
      const subject = tokenSubject(row);
      audit.note(change, { action: 'token.revoke', cluster: row.cluster, subject });
      return true;
    },

    touch(id: number, at: Date): void {
      touch.run(isoOf(at), id);
    },
  };
}

/** Every statement about enrolment tokens, but for what uses them. */
export function enrolmentTokenStatements(db: Database, audit: AuditStatements) {
  const insert = db.prepare<Texts, EnrolmentTokenRow>(
    `INSERT INTO enrolment_tokens (hash, cluster, node, created_at, created_by, expires_at)
     VALUES (?, ?, ?, ?, ?, ?) RETURNING ${enrolmentTokenColumns}`,
  );
  const byHash = db.prepare<[string], EnrolmentTokenRow>(
    `SELECT ${enrolmentTokenColumns} FROM enrolment_tokens WHERE hash = ?`,
  );
  const all = db.prepare<[], EnrolmentTokenRow>(
    `SELECT ${enrolmentTokenColumns} FROM enrolment_tokens ORDER BY id`,
  );
  const use = db.prepare<[string, number]>('UPDATE enrolment_tokens SET used_at = ? WHERE id = ?');
  const removeUnused = db.prepare<[number], EnrolmentTokenRow>(
    `DELETE FROM enrolment_tokens WHERE id = ? AND used_at IS NULL
     RETURNING ${enrolmentTokenColumns}`,
  );

  function note(action: string, row: EnrolmentTokenRow, change: Change): void {
    const { cluster } = row;
    audit.note(change, { action, cluster, subject: enrolmentTokenSubject(row) });
  }

  return {
    create(token: NewEnrolmentToken, change: Change): EnrolmentToken {
      const { hash, cluster, node, expiresAt } = token;
      const row = insert.get(hash, cluster, node, isoOf(change.at), change.by, isoOf(expiresAt));
      if (row === undefined) throw new Error(`the enrolment token for ${node} was not stored`);
      note('enrolment-token.create', row, change);
      return enrolmentTokenOf(row);
    },

    byHash(hash: string): EnrolmentToken | null {
      const row = byHash.get(hash);
      return row === undefined ? null : enrolmentTokenOf(row);
    },

    all: (): EnrolmentToken[] => all.all().map(enrolmentTokenOf),

    use(id: number, at: Date): void {
      use.run(isoOf(at), id);
    },

    revoke(id: number, change: Change): boolean {
      const row = removeUnused.get(id);
      if (row === undefined) return false;
      note('enrolment-token.revoke', row, change);
      return true;
    },
  };
}

export type EnrolmentTokenStatements = ReturnType<typeof enrolmentTokenStatements>;
