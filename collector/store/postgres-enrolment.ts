import type { Enrolment, EnrolmentRefusal, NodeKey, Rotation } from './enrolment.ts';
import { isSame, maySign, refusalOf } from './enrolment-rules.ts';
import { keySubject } from './key-rows.ts';
import { note } from './postgres-audit.ts';
import {
  addKey,
  endKeyAt,
  keysOfMachine,
  keysOfNode,
  nextEnrolment,
  nodeKey,
  setStates,
} from './postgres-keys.ts';
import { lockNode } from './postgres-nodes.ts';
import { rowOf, type Session } from './postgres-statements.ts';
import { enrolmentTokenByHash, useEnrolmentToken } from './postgres-tokens.ts';
import type { Change } from './store.ts';

/**
 * The number of the lock under which keys change, one at a time over all processes: whether a
 * machine is known already cannot be told by looking at rows that others are about to store.
 */
const KEYS_LOCK = 0x6d757376;

const lock = rowOf('SELECT pg_advisory_xact_lock($1)');

/** A node by its names. */
interface Of {
  cluster: string;
  node: string;
}

/** Exchanges a token for a key. */
export async function enroll(
  session: Session,
  enrolment: Enrolment,
): Promise<NodeKey | EnrolmentRefusal> {
  await lock(session, KEYS_LOCK);
  const { key: id, machineId, at } = enrolment;
  const token = await enrolmentTokenByHash(session, enrolment.tokenHash);
  if (token === null) return { refused: 'unknown_token' };
  const before = await nodeKey(session, id);
  if (before !== null && isSame(before, enrolment, token)) return before;
  const { cluster } = token;
  const ofNode = await keysOfNode(session, token, at);
  const ofMachine = await keysOfMachine(session, { cluster, machineId }, at);
  const refusal = refusalOf(enrolment, { token, before, ofNode, ofMachine });
  if (refusal !== null) return refusal;

  if (!(await useEnrolmentToken(session, token.id, at))) return { refused: 'used_token' };
  const change = { by: `enrolment token ${token.id} of ${token.createdBy}`, at };
  await setStates(session, { keys: ofNode, state: 'revoked' }, change);
  const { publicKey, state } = enrolment;
  const nodeId = await lockNode(session, cluster, enrolment.node);
  const number = await nextEnrolment(session);
  const came = { enrolment: number, token: token.id, enrolledAt: at };
  const key = await addKey(session, { id, nodeId, publicKey, machineId, state, ...came });
  await note(session, change, { action: 'key.enroll', cluster, subject: keySubject(key) });
  return key;
}

/** Keeps a node's new key beside those it has, which end. */
export async function rotateKey(
  session: Session,
  { from, to, validUntil }: Rotation,
  change: Change,
): Promise<NodeKey | null> {
  await lock(session, KEYS_LOCK);
  const old = await nodeKey(session, from);
  if (old === null || !maySign(old, change.at)) return null;
  const before = await nodeKey(session, to.id);
  if (before !== null) {
    return before.enrolment === old.enrolment && maySign(before, change.at) ? before : null;
  }
  for (const key of await keysOfNode(session, old, change.at)) {
    await endKeyAt(session, key, validUntil);
  }
  const { cluster, machineId, state, enrolment, token } = old;
  const nodeId = await lockNode(session, cluster, old.node);
  const came = { machineId, state, enrolment, token, enrolledAt: change.at };
  const key = await addKey(session, { ...to, nodeId, ...came });
  await note(session, change, { action: 'key.rotate', cluster, subject: keySubject(key) });
  return key;
}

/** All pending keys of the node become active; how many. */
export async function approveKeys(session: Session, of: Of, change: Change): Promise<number> {
  await lock(session, KEYS_LOCK);
  const found = await keysOfNode(session, of, change.at);
  const keys = found.filter(({ state }) => state === 'pending');
  return setStates(session, { keys, state: 'active' }, change);
}

/** All keys of the node are of no more use; how many. */
export async function revokeKeys(session: Session, of: Of, change: Change): Promise<number> {
  await lock(session, KEYS_LOCK);
  const keys = await keysOfNode(session, of, change.at);
  return setStates(session, { keys, state: 'revoked' }, change);
}
