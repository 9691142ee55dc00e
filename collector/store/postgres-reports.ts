import { stableTexts } from './postgres-contents.ts';
import { volatilesOf } from './postgres-deliveries.ts';
import { findNode, type NodeName } from './postgres-nodes.ts';
import { rowOf, rowsOf, type Session } from './postgres-statements.ts';
import { jsonOf } from './report-parts.ts';
import { type PastRow, pastColumns, pastOf } from './report-rows.ts';
import { CHANGE_LOOKBACK_REPORTS } from './standing.ts';
import type { CurrentReport, PastReport } from './store.ts';

interface BodyRow {
  id: number;
  skeleton_id: number;
  volatiles: Buffer | null;
  packed: boolean;
}

/** In one answer: some megabytes. */
const BODIES_AT_A_TIME = 200;

const newestFirst = 'ORDER BY enrolment DESC, sequence DESC';
const past = `SELECT ${pastColumns} FROM reports WHERE node_id = $1`;

const current = rowsOf<{ id: number; name: string; collected_at: number }>(
  `SELECT newest.id, name, collected_at FROM nodes, LATERAL
     (SELECT id, collected_at FROM reports WHERE node_id = nodes.id ${newestFirst} LIMIT 1)
     AS newest WHERE cluster = $1 ORDER BY name`,
);
const newest = rowsOf<PastRow>(`${past} ${newestFirst} LIMIT $2`);
const olderThan = rowsOf<PastRow>(
  `${past} AND (enrolment, sequence) < (SELECT enrolment, sequence FROM reports WHERE id = $3)
   ${newestFirst} LIMIT $2`,
);
const one = rowOf<PastRow>(`${past} AND id = $2`);
const lastChange = rowOf<{ from: number; to: number }>(
  `SELECT other.id AS from, next.id AS to FROM
     (SELECT id, enrolment, sequence FROM
        (SELECT id, enrolment, sequence, skeleton_id FROM reports WHERE node_id = $1
         ${newestFirst} LIMIT ${CHANGE_LOOKBACK_REPORTS}) AS recent
      WHERE skeleton_id <>
        (SELECT skeleton_id FROM reports WHERE node_id = $1 ${newestFirst} LIMIT 1)
      ${newestFirst} LIMIT 1) AS other, LATERAL
     (SELECT id FROM reports WHERE node_id = $1
        AND (enrolment, sequence) > (other.enrolment, other.sequence)
      ORDER BY enrolment, sequence LIMIT 1) AS next`,
);
const bodyRows = rowsOf<BodyRow>(
  'SELECT id, skeleton_id, volatiles, packed FROM reports WHERE id = ANY($1::bigint[])',
);

/** The newest report of each node, sorted by node. */
export async function currentReports(session: Session, cluster: string): Promise<CurrentReport[]> {
  const rows = await current(session, cluster);
  return rows.map(({ id, name, collected_at }) => ({
    id,
    node: name,
    collectedAt: new Date(collected_at),
  }));
}

/** The reports of a node from the newest back, or from before that of an id. */
export async function history(
  session: Session,
  { cluster, node: name }: NodeName,
  { before, limit }: { before?: number; limit: number },
): Promise<PastReport[]> {
  const node = await findNode(session, cluster, name);
  if (node === null) return [];
  const rows =
    before === undefined
      ? await newest(session, node, limit)
      : await olderThan(session, node, limit, before);
  return rows.map(pastOf);
}

/** A report of a node without its body. */
export async function pastReport(
  session: Session,
  { cluster, node: name }: NodeName,
  id: number,
): Promise<PastReport | null> {
  const node = await findNode(session, cluster, name);
  const row = node === null ? null : await one(session, node, id);
  return row && pastOf(row);
}

/** The two newest reports of a node that follow each other and differ. */
export async function lastChangeOf(
  session: Session,
  { cluster, node: name }: NodeName,
): Promise<{ from: number; to: number } | null> {
  const node = await findNode(session, cluster, name);
  return node === null ? null : lastChange(session, node);
}

/** The JSON of reports, in the order of the ids; to be read at one moment. */
export async function bodies(session: Session, ids: readonly number[]): Promise<string[]> {
  const texts: string[] = [];
  for (let from = 0; from < ids.length; from += BODIES_AT_A_TIME) {
    texts.push(...(await someBodies(session, ids.slice(from, from + BODIES_AT_A_TIME))));
  }
  return texts;
}

async function someBodies(session: Session, ids: readonly number[]): Promise<string[]> {
  const rows = new Map((await bodyRows(session, ids)).map((row) => [row.id, row]));
  const skeletons = new Set([...rows.values()].map((row) => row.skeleton_id));
  const stable = await stableTexts(session, [...skeletons]);
  return ids.map((id) => {
    const row = rows.get(id);
    if (row === undefined) throw new Error(`there is no report ${id} in the store`);
    const text = stable.get(row.skeleton_id);
    if (text === undefined) throw new Error(`report ${id} has lost its parts`);
    return jsonOf(text, volatilesOf(row));
  });
}
