import type { Enrolment, NodeKey, Store } from '../../../collector/store/store.ts';
import { at, cluster } from './deliveries.ts';

/** A node and the token made for it. */
type Leave = [node: string, token: string];

export const change = { by: 'token 1 "ops"', at: at('10:00:00') };
export const machines = { one: 'a1'.repeat(32), other: 'b2'.repeat(32) };

/** Makes an enrolment token that ends at noon. */
export function leave(store: Store, [node, hash]: Leave, of = cluster) {
  return store.createEnrolmentToken({ hash, cluster: of, node, expiresAt: at('12:00:00') }, change);
}

/** What a node sends to enrol, with changes. */
export function wanted(node: string, token: string, more: Partial<Enrolment> = {}): Enrolment {
  return {
    tokenHash: token,
    node,
    key: `key-${token}`,
    publicKey: `public-${token}`,
    machineId: machines.one,
    state: 'active',
    at: at('11:00:00'),
    ...more,
  };
}

/** Enrols a node with a token of its own. */
export async function enrolled(
  store: Store,
  [node, token]: Leave,
  more: Partial<Enrolment> = {},
): Promise<NodeKey> {
  await leave(store, [node, token]);
  const key = await store.enroll(wanted(node, token, more));
  if ('refused' in key) throw new Error(`refused: ${key.refused}`);
  return key;
}
