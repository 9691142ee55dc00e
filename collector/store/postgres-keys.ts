import { msOf } from './columns.ts';
import type { KeyState, NodeKey } from './enrolment.ts';
import {
  type KeyRow,
  keyOf,
  keySelect,
  keySubject,
  type NewKey,
  oldestFirst,
  TOUCH_EVERY_MS,
} from './key-rows.ts';
import { note } from './postgres-audit.ts';
import { changeOf, rowOf, rowsOf, type Session } from './postgres-statements.ts';
import type { Change } from './store.ts';

const inUse = `state <> 'revoked' AND (valid_until IS NULL OR valid_until > $1)`;

const byId = rowOf<KeyRow>(`${keySelect} WHERE node_keys.id = $1`);
const all = rowsOf<KeyRow>(
  `${keySelect} WHERE nodes.cluster = coalesce($1, nodes.cluster)
   ${oldestFirst}`,
);
const ofNode = rowsOf<KeyRow>(
  `${keySelect} WHERE ${inUse} AND nodes.cluster = $2 AND name = $3 ORDER BY node_keys.id`,
);
const ofMachine = rowsOf<KeyRow>(
  `${keySelect} WHERE ${inUse} AND nodes.cluster = $2 AND machine_id = $3 ORDER BY name`,
);
const insert = changeOf(
  `INSERT INTO node_keys
     (id, node_id, public_key, machine_id, state, enrolment, token_id, enrolled_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
);
const lastEnrolment = rowOf<{ last: number }>(
  'SELECT coalesce(max(enrolment), 0) AS last FROM node_keys',
);
const setState = changeOf('UPDATE node_keys SET state = $1 WHERE id = $2');
const endAt = changeOf('UPDATE node_keys SET valid_until = $1 WHERE id = $2');
const touch = changeOf(
  `UPDATE node_keys SET last_seen_at = due.at FROM
     (SELECT mine.id, seen.at FROM unnest($1::text[], $2::bigint[]) AS seen (id, at)
      JOIN node_keys AS mine ON mine.id = seen.id
      WHERE mine.last_seen_at IS NULL OR mine.last_seen_at <= seen.at - ${TOUCH_EVERY_MS}
      FOR NO KEY UPDATE OF mine SKIP LOCKED) AS due
   WHERE node_keys.id = due.id`,
);

/** The key of an id. */
export async function nodeKey(session: Session, id: string): Promise<NodeKey | null> {
  const row = await byId(session, id);
  return row && keyOf(row);
}

/** All keys, or those of a cluster. */
export async function nodeKeys(session: Session, cluster: string | null): Promise<NodeKey[]> {
  return (await all(session, cluster)).map(keyOf);
}

/** The keys of a node that may sign or wait for approval. */
export async function keysOfNode(
  session: Session,
  { cluster, node }: { cluster: string; node: string },
  at: Date,
): Promise<NodeKey[]> {
  return (await ofNode(session, msOf(at), cluster, node)).map(keyOf);
}

/** Those of a machine, in a cluster, that may sign or wait for approval. */
export async function keysOfMachine(
  session: Session,
  { cluster, machineId }: { cluster: string; machineId: string },
  at: Date,
): Promise<NodeKey[]> {
  return (await ofMachine(session, msOf(at), cluster, machineId)).map(keyOf);
}

/** Keeps a key. */
export async function addKey(session: Session, key: NewKey): Promise<NodeKey> {
  const { id, nodeId, publicKey, machineId, state, enrolment, token, enrolledAt } = key;
  const numbers = [enrolment, token, msOf(enrolledAt)];
  await insert(session, id, nodeId, publicKey, machineId, state, ...numbers);
  const stored = await nodeKey(session, id);
  if (stored === null) throw new Error(`key ${id} is gone right after it was stored`);
  return stored;
}

/** A number above those of all enrolments; to be called by one at a time. */
export async function nextEnrolment(session: Session): Promise<number> {
  return ((await lastEnrolment(session))?.last ?? 0) + 1;
}

/** Approves or revokes keys; how many. */
export async function setStates(
  session: Session,
  { keys, state }: { keys: readonly NodeKey[]; state: KeyState },
  change: Change,
): Promise<number> {
  const action = state === 'revoked' ? 'key.revoke' : 'key.approve';
  for (const key of keys) {
    await setState(session, state, key.id);
    await note(session, change, { action, cluster: key.cluster, subject: keySubject(key) });
  }
  return keys.length;
}

/** Lets a key go on until then, and no longer than it could before. */
export async function endKeyAt(
  session: Session,
  { id, validUntil }: NodeKey,
  until: Date,
): Promise<void> {
  if (validUntil === null || validUntil > until) await endAt(session, msOf(until), id);
}

/** A key that was seen. */
export interface SeenKey {
  key: string;
  at: Date;
}

/**
 * Keeps when keys were last seen, within minutes. Keys that somebody is about to change are left
 * out: they hold their keys and wait for the nodes that we hold.
 */
export async function touchKeys(session: Session, seen: readonly SeenKey[]): Promise<void> {
  if (seen.length === 0) return;
  await touch(
    session,
    seen.map(({ key }) => key),
    seen.map(({ at }) => at.getTime()),
  );
}
