import { findNode } from './postgres-nodes.ts';
import { changeOf, rowOf, rowsOf, type Session } from './postgres-statements.ts';
import { SERIES_KEPT_MS, thinningBetween } from './series-age.ts';
import type { Figures, SeriesPoint } from './standing.ts';
import { type PointRow, pointColumns, pointOf } from './standing-rows.ts';

const add = rowOf<{ last: number | null }>(
  `WITH added AS (INSERT INTO series (node_id, ${pointColumns}) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT DO NOTHING)
   SELECT max(at) AS last FROM series WHERE node_id = $1`,
);
const thin = changeOf(
  `DELETE FROM series WHERE node_id = $1 AND at >= $2 AND at < $3 AND EXISTS
     (SELECT 1 FROM series AS first WHERE first.node_id = $1
      AND first.at >= series.at - series.at % $4 AND first.at < series.at)`,
);
const forget = changeOf('DELETE FROM series WHERE node_id = $1 AND at < $2');
const since = rowsOf<PointRow>(
  `SELECT ${pointColumns} FROM series WHERE node_id = $1 AND at >= $2 ORDER BY at`,
);

/** A point as it comes with a report. */
export interface NewPoint {
  node: number;
  at: Date;
  figures: Figures;
}

/** To be called in the transaction that stores the report. */
export async function addPoint(session: Session, { node, at, figures }: NewPoint): Promise<void> {
  const { vgFreeBytes, vgSizeBytes, memoryAvailableBytes, clockOffsetMs } = figures;
  const values = [vgFreeBytes, vgSizeBytes, memoryAvailableBytes, clockOffsetMs];
  if (values.every((value) => value === null)) return;
  const atMs = at.getTime();
  // The statement does not see what it adds itself.
  const last = (await add(session, node, atMs, ...values))?.last ?? null;
  if (last === null) return;
  const thinnings = thinningBetween(last, atMs);
  for (const { from, to, grain } of thinnings) await thin(session, node, from, to, grain);
  if (thinnings.length > 0) await forget(session, node, atMs - SERIES_KEPT_MS);
}

/** The points of a node since then, oldest first. */
export async function pointsSince(
  session: Session,
  of: { cluster: string; node: string },
  from: Date,
): Promise<SeriesPoint[]> {
  const node = await findNode(session, of.cluster, of.node);
  return node === null ? [] : (await since(session, node, from.getTime())).map(pointOf);
}
