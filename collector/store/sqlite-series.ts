import type { Database } from 'better-sqlite3';
import type { NodeStatements } from './sqlite-nodes.ts';
import type { Figures, SeriesPoint } from './standing.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** From this age on one point an hour stays, and from the next on one a day. */
const HOURLY_AFTER_MS = 7 * DAY_MS;
const DAILY_AFTER_MS = 90 * DAY_MS;
/** As long as reports are kept by default, and a year to compare with. */
const KEPT_MS = 800 * DAY_MS;

interface PointRow {
  at: number;
  vg_free: number | null;
  vg_size: number | null;
  memory_available: number | null;
  clock_offset: number | null;
}

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
    `SELECT at, vg_free, vg_size, memory_available, clock_offset FROM series
     WHERE node_id = ? AND at >= ? ORDER BY at`,
  );

  /** Only what came of that age since the last point: each point is looked at once per grain. */
  function thinBetween(node: number, lastMs: number, atMs: number): void {
    for (const [afterMs, grain] of [
      [HOURLY_AFTER_MS, HOUR_MS],
      [DAILY_AFTER_MS, DAY_MS],
    ] as const) {
      const from = floored(lastMs - afterMs, grain);
      const to = floored(atMs - afterMs, grain);
      if (from < to) thin.run({ node, from, to, grain });
    }
    forget.run(node, atMs - KEPT_MS);
  }

  return {
    /** to be called in the transaction that stores the report */
    add(node: number, at: Date, figures: Figures): void {
      const { vgFreeBytes, vgSizeBytes, memoryAvailableBytes, clockOffsetMs } = figures;
      const values = [vgFreeBytes, vgSizeBytes, memoryAvailableBytes, clockOffsetMs];
      if (values.every((value) => value === null)) return;
      const last = newest.get(node)?.at;
      insert.run(node, at.getTime(), ...values);
      if (last !== undefined) thinBetween(node, last, at.getTime());
    },

    since(cluster: string, name: string, from: Date): SeriesPoint[] {
      const node = nodes.find(cluster, name);
      return node === null ? [] : since.all(node, from.getTime()).map(pointOf);
    },
  };
}

export type SeriesStatements = ReturnType<typeof seriesStatements>;

function floored(ms: number, grain: number): number {
  return Math.floor(ms / grain) * grain;
}

function pointOf(row: PointRow): SeriesPoint {
  return {
    at: new Date(row.at),
    vgFreeBytes: row.vg_free,
    vgSizeBytes: row.vg_size,
    memoryAvailableBytes: row.memory_available,
    clockOffsetMs: row.clock_offset,
  };
}
