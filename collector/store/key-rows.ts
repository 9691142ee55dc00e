import { dateOf, type Instant } from './columns.ts';
import type { KeyState, NodeKey } from './enrolment.ts';

/** "Last seen" is for people: once in five minutes spares a write per delivery. */
export const TOUCH_EVERY_MS = 5 * 60_000;

/** A key with its node and who let it in, as the tables keep them. */
export interface KeyRow {
  id: string;
  cluster: string;
  name: string;
  public_key: string;
  machine_id: string;
  /** a CHECK of the table holds it to this */
  state: KeyState;
  enrolment: number;
  token_id: number;
  enrolled_at: Instant;
  enrolled_by: string;
  valid_until: Instant | null;
  last_seen_at: Instant | null;
}

/** A key as it goes into its table. */
export type NewKey = Pick<
  NodeKey,
  'id' | 'publicKey' | 'machineId' | 'state' | 'enrolment' | 'token' | 'enrolledAt'
> & { nodeId: number };

/** Gives the rows of keys; to be ended by a condition. */
export const keySelect = `SELECT node_keys.id, nodes.cluster, name, public_key, machine_id, state,
    enrolment, token_id, enrolled_at, created_by AS enrolled_by, valid_until, last_seen_at
  FROM node_keys JOIN nodes ON nodes.id = node_id
  JOIN enrolment_tokens ON enrolment_tokens.id = token_id`;

/** Keys as lists show them; of the keys of one enrolment, the one that goes on comes last. */
export const oldestFirst = `ORDER BY nodes.cluster, name, enrolment,
    valid_until IS NULL, valid_until, node_keys.id`;

/** The key of a row. */
export function keyOf(row: KeyRow): NodeKey {
  return {
    id: row.id,
    cluster: row.cluster,
    node: row.name,
    publicKey: row.public_key,
    machineId: row.machine_id,
    state: row.state,
    enrolment: row.enrolment,
    token: row.token_id,
    enrolledAt: dateOf(row.enrolled_at),
    enrolledBy: row.enrolled_by,
    validUntil: dateOf(row.valid_until),
    lastSeenAt: dateOf(row.last_seen_at),
  };
}

/** A key in the words of the audit log. */
export function keySubject({ id, node, enrolment }: Pick<NodeKey, 'id' | 'node' | 'enrolment'>) {
  return `key ${id} of ${node}, enrolment ${enrolment}`;
}
