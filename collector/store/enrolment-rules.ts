import type { Enrolment, EnrolmentRefusal, EnrolmentToken, NodeKey } from './enrolment.ts';

/** What a store found that decides an enrolment. */
export interface EnrolmentFacts {
  token: EnrolmentToken;
  /** the key itself, when it was used before */
  before: NodeKey | null;
  /** those of the token's node that may sign or wait for approval */
  ofNode: readonly NodeKey[];
  /** the same of the machine, in the token's cluster */
  ofMachine: readonly NodeKey[];
}

/** Why an enrolment is refused; null: it is not. */
export function refusalOf(enrolment: Enrolment, facts: EnrolmentFacts): EnrolmentRefusal | null {
  const { node, machineId, at } = enrolment;
  const { token, before, ofNode, ofMachine } = facts;
  if (token.usedAt !== null) return { refused: 'used_token' };
  if (token.expiresAt <= at) return { refused: 'expired_token' };
  if (token.node !== node) return { refused: 'wrong_node' };
  if (before !== null) return { refused: 'key_exists' };
  if (ofNode.some((key) => key.machineId !== machineId)) return { refused: 'node_exists', node };
  const clone = ofMachine.find((key) => key.node !== node);
  return clone === undefined ? null : { refused: 'cloned_machine', node: clone.node };
}

/** Whether the key came by this very enrolment: its answer was lost, and the node asks again. */
export function isSame(key: NodeKey, enrolment: Enrolment, token: EnrolmentToken): boolean {
  return (
    key.token === token.id &&
    key.node === enrolment.node &&
    key.machineId === enrolment.machineId &&
    key.state !== 'revoked'
  );
}

/** Whether reports that the key signs are taken. */
export function maySign({ state, validUntil }: NodeKey, at: Date): boolean {
  return state === 'active' && (validUntil === null || validUntil > at);
}
