import type { Enrolment, EnrolmentRefusal, NodeKey, Rotation } from './enrolment.ts';
import { isSame, maySign, refusalOf } from './enrolment-rules.ts';
import { keySubject } from './key-rows.ts';
import type { AuditStatements } from './sqlite-audit.ts';
import type { KeyStatements } from './sqlite-keys.ts';
import type { NodeStatements } from './sqlite-nodes.ts';
import type { EnrolmentTokenStatements } from './sqlite-tokens.ts';
import type { Change } from './store.ts';

/** What enrolments are made of. */
export interface EnrolmentRooms {
  tokens: EnrolmentTokenStatements;
  keys: KeyStatements;
  nodes: NodeStatements;
  audit: AuditStatements;
}

/** Exchanges tokens for keys; one transaction of its caller each. */
export function enrolments(rooms: EnrolmentRooms) {
  const { tokens, keys, nodes, audit } = rooms;

  return {
    enroll(enrolment: Enrolment): NodeKey | EnrolmentRefusal {
      const { tokenHash, node, key: id, publicKey, machineId, state, at } = enrolment;
      const token = tokens.byHash(tokenHash);
      if (token === null) return { refused: 'unknown_token' };
      const before = keys.get(id);
      if (before !== null && isSame(before, enrolment, token)) return before;
      const { cluster } = token;
      const ofNode = keysOf(rooms, token, at);
      const ofMachine = keys.ofMachine(machineId, cluster, at);
      const refusal = refusalOf(enrolment, { token, before, ofNode, ofMachine });
      if (refusal !== null) return refusal;

      const change = { by: `enrolment token ${token.id} of ${token.createdBy}`, at };
      for (const old of ofNode) keys.setState(old, 'revoked', change);
      tokens.use(token.id, at);
      const key = keys.add({
        id,
        nodeId: nodes.idOf(cluster, node),
        publicKey,
        machineId,
        state,
        enrolment: keys.nextEnrolment(),
        token: token.id,
        enrolledAt: at,
      });
      audit.note(change, { action: 'key.enroll', cluster, subject: keySubject(key) });
      return key;
    },
  };
}

/** What happens to the keys of a node afterwards; one transaction of its caller each. */
export function keyChanges(rooms: EnrolmentRooms) {
  const { keys, nodes, audit } = rooms;

  return {
    rotate({ from, to, validUntil }: Rotation, change: Change): NodeKey | null {
      const old = keys.get(from);
      if (old === null || !maySign(old, change.at)) return null;
      const before = keys.get(to.id);
      if (before !== null) {
        return before.enrolment === old.enrolment && maySign(before, change.at) ? before : null;
      }
      for (const key of keysOf(rooms, old, change.at)) keys.endAt(key, validUntil);
      const { cluster, node, machineId, state, enrolment, token } = old;
      const nodeId = nodes.idOf(cluster, node);
      const enrolledAt = change.at;
      const key = keys.add({ ...to, nodeId, machineId, state, enrolment, token, enrolledAt });
      audit.note(change, { action: 'key.rotate', cluster, subject: keySubject(key) });
      return key;
    },

    approve(cluster: string, node: string, change: Change): number {
      const found = keysOf(rooms, { cluster, node }, change.at);
      const pending = found.filter(({ state }) => state === 'pending');
      for (const key of pending) keys.setState(key, 'active', change);
      return pending.length;
    },

    revoke(cluster: string, node: string, change: Change): number {
      const found = keysOf(rooms, { cluster, node }, change.at);
      for (const key of found) keys.setState(key, 'revoked', change);
      return found.length;
    },
  };
}

/** The keys of a node that may sign or wait for approval. */
function keysOf(
  { keys, nodes }: EnrolmentRooms,
  { cluster, node }: { cluster: string; node: string },
  at: Date,
): NodeKey[] {
  const id = nodes.find(cluster, node);
  return id === null ? [] : keys.ofNode(id, at);
}
