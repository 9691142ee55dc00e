import type { Database } from 'better-sqlite3';
import type { StandingChange } from './standing.ts';
import {
  changeOf,
  standingColumns as columns,
  RECENT_MAX,
  type StandingRow,
} from './standing-rows.ts';

/** Every statement about how judgements changed. */
export function standingStatements(db: Database) {
  const insert = db.prepare<(string | number | null)[]>(
    `INSERT INTO standings (cluster, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const last = db.prepare<[string], StandingRow>(
    `SELECT ${columns} FROM standings WHERE id IN
       (SELECT max(id) FROM standings WHERE cluster = ? GROUP BY node) ORDER BY node`,
  );
  const recent = db.prepare<[string, number, number], StandingRow>(
    `SELECT ${columns} FROM standings WHERE cluster = ? AND at > ?
     ORDER BY at DESC, id DESC LIMIT ?`,
  );
  const ofNode = db.prepare<[string, string, number], StandingRow>(
    `SELECT ${columns} FROM standings WHERE cluster = ? AND node = ? ORDER BY id DESC LIMIT ?`,
  );

  return {
    note(cluster: string, changes: readonly StandingChange[]): void {
      for (const { node, at, was, verdict, fails, unknowns, warns } of changes) {
        insert.run(cluster, node ?? '', at.getTime(), was, verdict, fails, unknowns, warns);
      }
    },

    last: (cluster: string): StandingChange[] => last.all(cluster).map(changeOf),

    recent: (cluster: string, since: Date): StandingChange[] =>
      recent.all(cluster, since.getTime(), RECENT_MAX).map(changeOf),

    ofNode: (cluster: string, node: string, limit: number): StandingChange[] =>
      ofNode.all(cluster, node, limit).map(changeOf),
  };
}
