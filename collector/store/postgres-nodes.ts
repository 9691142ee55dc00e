import { changeOf, rowOf, type Session } from './postgres-statements.ts';

interface Id {
  id: number;
}

const byName = rowOf<Id>('SELECT id FROM nodes WHERE cluster = $1 AND name = $2');
const locked = rowOf<Id>('SELECT id FROM nodes WHERE cluster = $1 AND name = $2 FOR NO KEY UPDATE');
const add = changeOf('INSERT INTO nodes (cluster, name) VALUES ($1, $2) ON CONFLICT DO NOTHING');

/** The id of a node; null when there is none of that name. */
export async function findNode(
  session: Session,
  cluster: string,
  name: string,
): Promise<number | null> {
  return (await byName(session, cluster, name))?.id ?? null;
}

/**
 * The id of a node, which is made when it is new. Until the transaction ends no other one, of this
 * process or another, gets it from here.
 */
export async function lockNode(session: Session, cluster: string, name: string): Promise<number> {
  const known = await locked(session, cluster, name);
  if (known !== null) return known.id;
  await add(session, cluster, name);
  const made = await locked(session, cluster, name);
  if (made === null) throw new Error(`node ${name} is gone right after it was stored`);
  return made.id;
}
