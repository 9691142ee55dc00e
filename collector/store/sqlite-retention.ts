import type { Database } from 'better-sqlite3';
import { partsOf, unpacked, type Volatiles } from './report-parts.ts';
import type { ContentStatements } from './sqlite-contents.ts';
import type { Retention } from './store.ts';

/** Deliveries wait while a step runs: some milliseconds. */
const STEP_ROWS = 200;
const DAY_MS = 24 * 60 * 60_000;

interface Row {
  id: number;
  node_id: number;
  enrolment: number;
  sequence: number;
  collected_at: number;
  received_at: number;
  skeleton_id: number | null;
}

type Before = Pick<Row, 'collected_at' | 'received_at' | 'skeleton_id'>;

const columns = 'id, node_id, enrolment, sequence, collected_at, received_at, skeleton_id';
const isNotCurrent = `id <> (SELECT id FROM reports AS newest
  WHERE newest.node_id = reports.node_id ORDER BY enrolment DESC, sequence DESC LIMIT 1)`;

/** Every statement that clears history: by our own clock, for that of a node may be wrong. */
export function retentionStatements(db: Database, contents: ContentStatements) {
  const unsettled = db.prepare<[number, number], Row>(
    `SELECT ${columns} FROM reports WHERE settled = 0 AND received_at < ? AND ${isNotCurrent}
     ORDER BY received_at LIMIT ?`,
  );
  const settled = db.prepare<[number, number], Row>(
    `SELECT ${columns} FROM reports WHERE settled = 1 AND received_at < ? AND ${isNotCurrent}
     ORDER BY received_at LIMIT ?`,
  );
  const takenApart = takerApart(db, contents);
  const before = db.prepare<[number, number, number], Before>(
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

  /** Whether it says what the one before it said, on the same day. */
  function repeats(row: Row): boolean {
    const last = before.get(row.node_id, row.enrolment, row.sequence);
    return (
      last !== undefined &&
      row.skeleton_id !== null &&
      last.skeleton_id === row.skeleton_id &&
      dayOf(last.collected_at) === dayOf(row.collected_at) &&
      // The clock of a node may stand still.
      dayOf(last.received_at) === dayOf(row.received_at)
    );
  }

  return {
    /** one step; `more` when there may be more to do */
    step({ fullMs, maximumMs }: Retention, now: Date): { removed: number; more: boolean } {
      const oldest = maximumMs === null ? Number.MIN_SAFE_INTEGER : now.getTime() - maximumMs;
      const expired = settled.all(oldest, STEP_ROWS);
      for (const row of expired) removeReport(row);
      const full = Math.max(oldest, now.getTime() - fullMs);
      const rows = unsettled.all(full, STEP_ROWS - expired.length);
      let removed = expired.length;
      for (const row of rows.map(takenApart)) {
        if (row.received_at < oldest || repeats(row)) {
          removeReport(row);
          removed += 1;
        } else {
          settle.run(row.id);
        }
      }
      return { removed, more: expired.length + rows.length === STEP_ROWS };
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

function dayOf(instantMs: number): number {
  return Math.floor(instantMs / DAY_MS);
}
