import type { Database } from 'better-sqlite3';
import {
  type AuditRow,
  DETAIL_MAX_CHARS,
  type Deed,
  entryOf,
  REJECTION_ROWS_MAX,
  type RejectionRow,
  rejectionOf,
} from './audit-rows.ts';
import { isoOf } from './columns.ts';
import type { AuditEntry, Change, Rejection } from './store.ts';

/** Every statement about the audit log. */
export function auditStatements(db: Database) {
  const add = db.prepare<[string, string, string, string | null, string]>(
    'INSERT INTO audit (at, by, action, cluster, subject) VALUES (?, ?, ?, ?, ?)',
  );
  const page = db.prepare<[number, number], AuditRow>(
    `SELECT id, at, by, action, cluster, subject FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?`,
  );

  return {
    /** to be called in the transaction that makes the change */
    note({ by, at }: Change, { action, cluster, subject }: Deed): void {
      add.run(isoOf(at), by, action, cluster, subject);
    },

    entries({ before, limit }: { before?: number; limit: number }): AuditEntry[] {
      return page.all(before ?? Number.MAX_SAFE_INTEGER, limit).map(entryOf);
    },
  };
}

export type AuditStatements = ReturnType<typeof auditStatements>;

/** Every statement about the deliveries that were refused. */
export function rejectionStatements(db: Database) {
  const again = db.prepare<[string, string, string, string, string]>(
    `UPDATE rejections SET count = count + 1, last_at = ?, last_detail = ?
     WHERE code = ? AND cluster = ? AND node = ?`,
  );
  const add = db.prepare<[string, string, string, string, string]>(
    `INSERT INTO rejections (last_at, last_detail, code, cluster, node, count)
     VALUES (?, ?, ?, ?, ?, 1)`,
  );
  const rows = db.prepare<[], { rows: number }>('SELECT count(*) AS rows FROM rejections');
  const all = db.prepare<[], RejectionRow>(
    `SELECT code, cluster, node, count, last_at, last_detail FROM rejections
     ORDER BY code, cluster, node`,
  );

  return {
    count({ code, cluster, node, lastAt, lastDetail }: Omit<Rejection, 'count'>): void {
      const last = [isoOf(lastAt), lastDetail.slice(0, DETAIL_MAX_CHARS)] as const;
      if (again.run(...last, code, cluster ?? '', node ?? '').changes === 1) return;
      const full = (rows.get()?.rows ?? 0) >= REJECTION_ROWS_MAX;
      const sender = full ? (['', ''] as const) : ([cluster ?? '', node ?? ''] as const);
      if (full && again.run(...last, code, ...sender).changes === 1) return;
      add.run(...last, code, ...sender);
    },

    all: (): Rejection[] => all.all().map(rejectionOf),
  };
}
