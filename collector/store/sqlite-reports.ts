import type { Database } from 'better-sqlite3';
import { jsonOf, unpacked, type Volatiles } from './report-parts.ts';
import { type PastRow, pastColumns, pastOf } from './report-rows.ts';
import type { ContentStatements } from './sqlite-contents.ts';
import type { NodeStatements } from './sqlite-nodes.ts';
import { CHANGE_LOOKBACK_REPORTS } from './standing.ts';
import type { CurrentReport, PastReport } from './store.ts';

interface Page {
  before?: number;
  limit: number;
}

interface Place {
  enrolment: number;
  sequence: number;
}

interface BodyRow {
  skeleton_id: number | null;
  volatiles: Volatiles;
  whole: Buffer | null;
}

/** What reports are made of, and whose they are. */
export interface ReportRooms {
  contents: ContentStatements;
  nodes: NodeStatements;
}

const past = `SELECT ${pastColumns} FROM reports`;

/** Every statement that gives reports out. */
export function reportStatements(db: Database, { contents, nodes }: ReportRooms) {
  const current = db.prepare<[string], { id: number; name: string; collected_at: number }>(
    `SELECT reports.id, name, collected_at FROM nodes JOIN reports ON reports.id =
       (SELECT id FROM reports WHERE node_id = nodes.id
        ORDER BY enrolment DESC, sequence DESC LIMIT 1)
     WHERE cluster = ? ORDER BY name`,
  );
  const newest = db.prepare<[number, number], PastRow>(
    `${past} WHERE node_id = ? ORDER BY enrolment DESC, sequence DESC LIMIT ?`,
  );
  const place = db.prepare<[number], Place>('SELECT enrolment, sequence FROM reports WHERE id = ?');
  const olderThan = db.prepare<[number, number, number, number], PastRow>(
    `${past} WHERE node_id = ? AND (enrolment, sequence) < (?, ?)
     ORDER BY enrolment DESC, sequence DESC LIMIT ?`,
  );
  const body = db.prepare<[number], BodyRow>(
    'SELECT skeleton_id, volatiles, whole FROM reports WHERE id = ?',
  );

  return {
    current(cluster: string): CurrentReport[] {
      return current.all(cluster).map(({ id, name, collected_at }) => ({
        id,
        node: name,
        collectedAt: new Date(collected_at),
      }));
    },

    history(of: { cluster: string; node: string }, { before, limit }: Page): PastReport[] {
      const node = nodes.find(of.cluster, of.node);
      if (node === null) return [];
      if (before === undefined) return newest.all(node, limit).map(pastOf);
      const from = place.get(before);
      if (from === undefined) return [];
      return olderThan.all(node, from.enrolment, from.sequence, limit).map(pastOf);
    },

    ...pairStatements(db, nodes),

    body(id: number): string {
      const row = body.get(id);
      if (row === undefined) throw new Error(`there is no report ${id} in the store`);
      if (row.whole !== null) return unpacked(row.whole);
      if (row.skeleton_id === null) throw new Error(`report ${id} has lost its parts`);
      return jsonOf(contents.stable(row.skeleton_id), row.volatiles);
    },
  };
}

/** Every statement about two reports that are compared. */
function pairStatements(db: Database, nodes: NodeStatements) {
  const one = db.prepare<[number, number], PastRow>(`${past} WHERE node_id = ? AND id = ?`);
  const newestOther = db.prepare<{ node: number }, Place & { id: number }>(
    `SELECT id, enrolment, sequence FROM
       (SELECT id, enrolment, sequence, skeleton_id FROM reports WHERE node_id = :node
        ORDER BY enrolment DESC, sequence DESC LIMIT ${CHANGE_LOOKBACK_REPORTS})
     WHERE skeleton_id <> (SELECT skeleton_id FROM reports WHERE node_id = :node
                           ORDER BY enrolment DESC, sequence DESC LIMIT 1)
     ORDER BY enrolment DESC, sequence DESC LIMIT 1`,
  );
  const nextAfter = db.prepare<[number, number, number], { id: number }>(
    `SELECT id FROM reports WHERE node_id = ? AND (enrolment, sequence) > (?, ?)
     ORDER BY enrolment, sequence LIMIT 1`,
  );

  return {
    past(of: { cluster: string; node: string }, id: number): PastReport | null {
      const node = nodes.find(of.cluster, of.node);
      const row = node === null ? undefined : one.get(node, id);
      return row === undefined ? null : pastOf(row);
    },

    lastChange(cluster: string, name: string): { from: number; to: number } | null {
      const node = nodes.find(cluster, name);
      const other = node === null ? undefined : newestOther.get({ node });
      if (node === null || other === undefined) return null;
      const next = nextAfter.get(node, other.enrolment, other.sequence);
      return next === undefined ? null : { from: other.id, to: next.id };
    },
  };
}
