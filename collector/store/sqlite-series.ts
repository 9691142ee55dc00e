import type { Database } from 'better-sqlite3';
import { SERIES_KEPT_MS, thinningBetween } from './series-age.ts';
import type { NodeStatements } from './sqlite-nodes.ts';
import type { Figures, SeriesPoint } from './standing.ts';
import { type PointRow, pointColumns, pointOf } from './standing-rows.ts';

type NewPoint = [node: number, at: number, ...figures: (number | null)[]];

/** Every statement about the figures drawn over time. */
export function seriesStatements(db: Database, nodes: NodeStatements) {
  const insert = db.prepare<NewPoint>(
    `INSERT INTO series (node_id, at, vg_free, vg_size, memory_available, clock_offset)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const newest = db.prepare<[number], { at: number }>(
    'SELECT at FROM series WHERE node_id = ? ORDER BY at DESC LIMIT 1',
  );
  const thin = db.prepare<{ node: number; from: number; to: number; grain: number }>(
    `DELETE FROM series WHERE node_id = :node AND at >= :from AND at < :to AND EXISTS
       (SELECT 1 FROM series AS first WHERE first.node_id = :node
        AND first.at >= series.at - series.at % :grain AND first.at < series.at)`,
  );
  const forget = db.prepare<[number, number]>('DELETE FROM series WHERE node_id = ? AND at < ?');
  const since = db.prepare<[number, number], PointRow>(
    `SELECT ${pointColumns} FROM series
     WHERE node_id = ? AND at >= ? ORDER BY at`,
  );

  function clear(node: number, lastMs: number, atMs: number): void {
    for (const thinning of thinningBetween(lastMs, atMs)) thin.run({ node, ...thinning });
    forget.run(node, atMs - SERIES_KEPT_MS);
  }

  return {
    /** to be called in the transaction that stores the report */
    add(node: number, at: Date, figures: Figures): void {
      const { vgFreeBytes, vgSizeBytes, memoryAvailableBytes, clockOffsetMs } = figures;
      const values = [vgFreeBytes, vgSizeBytes, memoryAvailableBytes, clockOffsetMs];
      if (values.every((value) => value === null)) return;
      const last = newest.get(node)?.at;
      insert.run(node, at.getTime(), ...values);
      if (last !== undefined) clear(node, last, at.getTime());
    },

    since(cluster: string, name: string, from: Date): SeriesPoint[] {
      const node = nodes.find(cluster, name);
      return node === null ? [] : since.all(node, from.getTime()).map(pointOf);
    },
  };
}

export type SeriesStatements = ReturnType<typeof seriesStatements>;
