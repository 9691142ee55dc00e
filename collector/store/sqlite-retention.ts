import type { Database } from 'better-sqlite3';
import { partsOf, unpacked, type Volatiles } from './report-parts.ts';
import { repeats, STEP_ROWS, type Told } from './retention-rule.ts';
import type { ContentStatements } from './sqlite-contents.ts';
import type { EventStatements } from './sqlite-events.ts';
import type { Retention } from './store.ts';

interface Row extends Told {
  id: number;
  node_id: number;
  enrolment: number;
  sequence: number;
}

const columns = 'id, node_id, enrolment, sequence, collected_at, received_at, skeleton_id';
const isNotCurrent = `id <> (SELECT id FROM reports AS newest
  WHERE newest.node_id = reports.node_id ORDER BY enrolment DESC, sequence DESC LIMIT 1)`;

/** Every statement that clears history: by our own clock, for that of a node may be wrong. */
export function retentionStatements(
  db: Database,
  { contents, events }: { contents: ContentStatements; events: EventStatements },
) {
  const unsettled = db.prepare<[number, number], Row>(
    `SELECT ${columns} FROM reports WHERE settled = 0 AND received_at < ? AND ${isNotCurrent}
     ORDER BY received_at LIMIT ?`,
  );
  const settled = db.prepare<[number, number], Row>(
    `SELECT ${columns} FROM reports WHERE settled = 1 AND received_at < ? AND ${isNotCurrent}
     ORDER BY received_at LIMIT ?`,
  );
  const takenApart = takerApart(db, contents);
  const before = db.prepare<[number, number, number], Told>(
    `SELECT collected_at, received_at, skeleton_id FROM reports
     WHERE node_id = ? AND (enrolment, sequence) < (?, ?)
     ORDER BY enrolment DESC, sequence DESC LIMIT 1`,
  );
  const settle = db.prepare<[number]>('UPDATE reports SET settled = 1 WHERE id = ?');
  const remove = db.prepare<[number]>('DELETE FROM reports WHERE id = ?');

  function removeReport({ id, skeleton_id }: Row): void {
    remove.run(id);
    if (skeleton_id !== null) contents.dropUnused(skeleton_id);
  }

  return {
    /** one step: how many reports went; `more` when there may be more to do */
    step({ fullMs, maximumMs }: Retention, now: Date): { removed: number; more: boolean } {
      const oldest = maximumMs === null ? Number.MIN_SAFE_INTEGER : now.getTime() - maximumMs;
      const expired = settled.all(oldest, STEP_ROWS);
      for (const row of expired) removeReport(row);
      const full = Math.max(oldest, now.getTime() - fullMs);
      const rows = unsettled.all(full, STEP_ROWS - expired.length);
      let removed = expired.length;
      for (const row of rows.map(takenApart)) {
        if (
          row.received_at < oldest ||
          repeats(row, before.get(row.node_id, row.enrolment, row.sequence))
        ) {
          removeReport(row);
          removed += 1;
        } else {
          settle.run(row.id);
        }
      }
      const cleared = events.clear(oldest, STEP_ROWS);
      const more = expired.length + rows.length === STEP_ROWS || cleared === STEP_ROWS;
      return { removed, more };
    },
  };
}

/** Reports of schema 1 are whole: to be compared they are taken apart like the others. */
function takerApart(db: Database, contents: ContentStatements) {
  const whole = db.prepare<[number], { whole: Buffer | null }>(
    'SELECT whole FROM reports WHERE id = ?',
  );
  const replaceWhole = db.prepare<[number, Volatiles, number]>(
    'UPDATE reports SET skeleton_id = ?, volatiles = ?, whole = NULL WHERE id = ?',
  );

  return (row: Row): Row => {
    const body = row.skeleton_id === null ? whole.get(row.id)?.whole : null;
    if (body === null || body === undefined) return row;
    const parts = partsOf(Buffer.from(unpacked(body)));
    const skeleton = contents.skeletonId(parts);
    replaceWhole.run(skeleton, parts.volatiles, row.id);
    return { ...row, skeleton_id: skeleton };
  };
}
