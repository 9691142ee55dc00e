import type { Database } from 'better-sqlite3';
import { isoOf } from './columns.ts';
import type { KeyState, NodeKey } from './enrolment.ts';
import {
  type KeyRow,
  keyOf,
  keySubject,
  type NewKey,
  oldestFirst,
  keySelect as select,
  TOUCH_EVERY_MS,
} from './key-rows.ts';
import type { AuditStatements } from './sqlite-audit.ts';
import type { Change } from './store.ts';

const inUse = `state <> 'revoked' AND (valid_until IS NULL OR valid_until > ?)`;

/** Every statement about the keys of nodes. */
export function keyStatements(db: Database, audit: AuditStatements) {
  const byId = db.prepare<[string], KeyRow>(`${select} WHERE node_keys.id = ?`);
  const all = db.prepare<[], KeyRow>(`${select} ${oldestFirst}`);
  const ofNode = db.prepare<[number, string], KeyRow>(`${select} WHERE node_id = ? AND ${inUse}`);
  const ofMachine = db.prepare<[string, string, string], KeyRow>(
    `${select} WHERE machine_id = ? AND nodes.cluster = ? AND ${inUse} ORDER BY name`,
  );
  const insert = db.prepare<(string | number)[]>(
    `INSERT INTO node_keys
       (id, node_id, public_key, machine_id, state, enrolment, token_id, enrolled_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const lastEnrolment = db.prepare<[], { last: number }>(
    'SELECT coalesce(max(enrolment), 0) AS last FROM node_keys',
  );
  const ofEnrolment = db.prepare<[number], { node_id: number }>(
    'SELECT node_id FROM node_keys WHERE enrolment = ? LIMIT 1',
  );
  const setState = db.prepare<[KeyState, string]>('UPDATE node_keys SET state = ? WHERE id = ?');
  const endAt = db.prepare<[string, string]>('UPDATE node_keys SET valid_until = ? WHERE id = ?');
  const touch = db.prepare<[string, string, string]>(
    `UPDATE node_keys SET last_seen_at = ?
     WHERE id = ? AND (last_seen_at IS NULL OR last_seen_at <= ?)`,
  );

  function get(id: string): NodeKey | null {
    const row = byId.get(id);
    return row === undefined ? null : keyOf(row);
  }

  return {
    get,

    all: (cluster?: string): NodeKey[] =>
      all.all().flatMap((row) => (row.cluster === (cluster ?? row.cluster) ? [keyOf(row)] : [])),

    /** those of the node that may sign, or wait for approval */
    ofNode: (nodeId: number, at: Date): NodeKey[] => ofNode.all(nodeId, isoOf(at)).map(keyOf),

    /** those of a machine, in a cluster, that may sign or wait for approval */
    ofMachine: (machineId: string, cluster: string, at: Date): NodeKey[] =>
      ofMachine.all(machineId, cluster, isoOf(at)).map(keyOf),

    add({ id, ...key }: NewKey): NodeKey {
      insert.run(id, ...valuesOf(key));
      const stored = get(id);
      if (stored === null) throw new Error(`key ${id} is gone right after it was stored`);
      return stored;
    },

    nextEnrolment: (): number => (lastEnrolment.get()?.last ?? 0) + 1,

    nodeOf: (enrolment: number): number | null => ofEnrolment.get(enrolment)?.node_id ?? null,

    setState(key: NodeKey, state: KeyState, change: Change): void {
      setState.run(state, key.id);
      const action = state === 'revoked' ? 'key.revoke' : 'key.approve';
      audit.note(change, { action, cluster: key.cluster, subject: keySubject(key) });
    },

    /** lets a key go on until then, and no longer than it could before */
    endAt({ id, validUntil }: NodeKey, until: Date): void {
      if (validUntil === null || validUntil > until) endAt.run(isoOf(until), id);
    },

    touch(id: string, at: Date): void {
      touch.run(isoOf(at), id, isoOf(new Date(at.getTime() - TOUCH_EVERY_MS)));
    },
  };
}

export type KeyStatements = ReturnType<typeof keyStatements>;

function valuesOf(key: Omit<NewKey, 'id'>): (string | number)[] {
  const { nodeId, publicKey, machineId, state, enrolment, token, enrolledAt } = key;
  return [nodeId, publicKey, machineId, state, enrolment, token, isoOf(enrolledAt)];
}
