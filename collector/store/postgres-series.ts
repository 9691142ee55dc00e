import { findNode } from './postgres-nodes.ts';
import { changeOf, rowsOf, type Session } from './postgres-statements.ts';
import { SERIES_KEPT_MS, type Thinning, thinningBetween } from './series-age.ts';
import type { Figures, SeriesPoint } from './standing.ts';
import { type PointRow, pointColumns, pointOf } from './standing-rows.ts';

const add = changeOf(
  `INSERT INTO series (node_id, ${pointColumns})
   SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],
     $6::double precision[]) ON CONFLICT DO NOTHING`,
);
const thin = changeOf(
  `DELETE FROM series USING unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
     AS old (node, since, until, grain)
   WHERE node_id = old.node AND at >= old.since AND at < old.until AND EXISTS
     (SELECT 1 FROM series AS first WHERE first.node_id = old.node
      AND first.at >= series.at - series.at % old.grain AND first.at < series.at)`,
);
const forget = changeOf(
  `DELETE FROM series USING unnest($1::bigint[], $2::bigint[]) AS old (node, until)
   WHERE node_id = old.node AND at < old.until`,
);
const since = rowsOf<PointRow>(
  `SELECT ${pointColumns} FROM series WHERE node_id = $1 AND at >= $2 ORDER BY at`,
);

/** A point as it comes with a report. */
export interface NewPoint {
  node: number;
  at: Date;
  figures: Figures;
  /** of the point before it; null: there is none */
  lastMs: number | null;
}

/** To be called in the transaction that stores the reports, one of each node. */
export async function addPoints(session: Session, points: readonly NewPoint[]): Promise<void> {
  const told = points.filter(({ figures }) => Object.values(figures).some((one) => one !== null));
  if (told.length === 0) return;
  const of = (column: (point: NewPoint) => number | null) => told.map(column);
  const thinnings = told.flatMap(({ node, at, lastMs }) =>
    lastMs === null
      ? []
      : thinningBetween(lastMs, at.getTime()).map((thinning) => ({ node, at, ...thinning })),
  );
  await Promise.all([
    add(
      session,
      ...[of(({ node }) => node), of(({ at }) => at.getTime())],
      ...[of(({ figures }) => figures.vgFreeBytes), of(({ figures }) => figures.vgSizeBytes)],
      of(({ figures }) => figures.memoryAvailableBytes),
      of(({ figures }) => figures.clockOffsetMs),
    ),
    ...(thinnings.length === 0 ? [] : [thinAll(session, thinnings)]),
  ]);
}

type Thinned = { node: number; at: Date } & Thinning;

async function thinAll(session: Session, thinnings: readonly Thinned[]): Promise<void> {
  const of = (column: (thinning: Thinned) => number) => thinnings.map(column);
  const nodes = of(({ node }) => node);
  const ends = [of(({ from }) => from), of(({ to }) => to)];
  await Promise.all([
    thin(
      session,
      nodes,
      ...ends,
      of(({ grain }) => grain),
    ),
    forget(
      session,
      nodes,
      of(({ at }) => at.getTime() - SERIES_KEPT_MS),
    ),
  ]);
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
