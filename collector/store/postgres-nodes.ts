import { changeOf, rowOf, rowsOf, type Session } from './postgres-statements.ts';

/** A node by its names. */
export interface NodeName {
  cluster: string;
  node: string;
}

interface Id {
  id: number;
}

const wanted = 'unnest($1::text[], $2::text[]) AS wanted (cluster, name)';

const byName = rowOf<Id>('SELECT id FROM nodes WHERE cluster = $1 AND name = $2');
const addMissing = changeOf(
  `INSERT INTO nodes (cluster, name) SELECT cluster, name FROM ${wanted}
   WHERE NOT EXISTS (SELECT 1 FROM nodes
     WHERE nodes.cluster = wanted.cluster AND nodes.name = wanted.name)
   ORDER BY cluster, name ON CONFLICT DO NOTHING`,
);
const lock = rowsOf<Id>(
  `SELECT nodes.id FROM ${wanted} JOIN nodes USING (cluster, name)
   ORDER BY nodes.id FOR NO KEY UPDATE OF nodes`,
);

/** The id of a node; null when there is none of that name. */
export async function findNode(
  session: Session,
  cluster: string,
  name: string,
): Promise<number | null> {
  return (await byName(session, cluster, name))?.id ?? null;
}

/**
 * Locks nodes, which are made when they are new. Until the transaction ends no other one, of this
 * process or another, gets them from here. All make them in the order of their names, then lock
 * them in that of their ids, so that no two wait for each other.
 */
export async function lockNodes(session: Session, nodes: readonly NodeName[]): Promise<number[]> {
  const names = [nodes.map(({ cluster }) => cluster), nodes.map(({ node }) => node)];
  const [, rows] = await Promise.all([addMissing(session, ...names), lock(session, ...names)]);
  return rows.map(({ id }) => id);
}

/** Locks one node, and gives its id. */
export async function lockNode(session: Session, cluster: string, node: string): Promise<number> {
  const [id] = await lockNodes(session, [{ cluster, node }]);
  if (id === undefined) throw new Error(`node ${node} is gone right after it was stored`);
  return id;
}
