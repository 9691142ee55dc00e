import type { Database } from 'better-sqlite3';
import type { Waiver } from '../../shared/waiver.ts';
import { isoOf } from './columns.ts';
import {
  type PolicyRow,
  policyOf,
  type WaiverRow,
  waiverColumns,
  waiverOf,
  waiverSubject,
} from './setting-rows.ts';
import type { AuditStatements } from './sqlite-audit.ts';
import type { Change, StoredPolicy, StoredWaiver } from './store.ts';

/** Every statement about policies and which clusters there are. */
export function policyStatements(db: Database, audit: AuditStatements) {
  const clusters = db.prepare<[], { cluster: string }>(
    `SELECT cluster FROM nodes UNION SELECT cluster FROM policies
     UNION SELECT cluster FROM waivers ORDER BY cluster`,
  );
  const get = db.prepare<[string], PolicyRow>(
    'SELECT text, digest, updated_at, updated_by FROM policies WHERE cluster = ?',
  );
  const put = db.prepare<[string, string, string, string, string]>(
    `INSERT INTO policies (cluster, text, digest, updated_at, updated_by) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (cluster) DO UPDATE SET text = excluded.text, digest = excluded.digest,
     updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
  );

  return {
    clusters: (): string[] => clusters.all().map((row) => row.cluster),

    get(cluster: string): StoredPolicy | null {
      const row = get.get(cluster);
      return row === undefined ? null : policyOf(row);
    },

    put(cluster: string, policy: Pick<StoredPolicy, 'text' | 'digest'>, change: Change): void {
      put.run(cluster, policy.text, policy.digest, isoOf(change.at), change.by);
      audit.note(change, { action: 'policy.put', cluster, subject: `policy ${policy.digest}` });
    },
  };
}

/** Every statement about waivers. */
export function waiverStatements(db: Database, audit: AuditStatements) {
  const all = db.prepare<[string], WaiverRow>(
    `SELECT ${waiverColumns} FROM waivers WHERE cluster = ? ORDER BY id`,
  );
  const insert = db.prepare<[string, string, string, string]>(
    'INSERT INTO waivers (cluster, waiver, added_at, added_by) VALUES (?, ?, ?, ?)',
  );
  const remove = db.prepare<[string, number], WaiverRow>(
    `DELETE FROM waivers WHERE cluster = ? AND id = ? RETURNING ${waiverColumns}`,
  );

  return {
    all: (cluster: string): StoredWaiver[] => all.all(cluster).map(waiverOf),

    add(cluster: string, waiver: Waiver, change: Change): StoredWaiver {
      const { at, by } = change;
      const done = insert.run(cluster, JSON.stringify(waiver), isoOf(at), by);
      const id = Number(done.lastInsertRowid);
      audit.note(change, { action: 'waiver.add', cluster, subject: waiverSubject(id, waiver) });
      return { id, cluster, waiver, addedAt: at, addedBy: by };
    },

    remove(cluster: string, id: number, change: Change): boolean {
      const row = remove.get(cluster, id);
      if (row === undefined) return false;
      const subject = waiverSubject(id, waiverOf(row).waiver);
      audit.note(change, { action: 'waiver.remove', cluster, subject });
      return true;
    },
  };
}
