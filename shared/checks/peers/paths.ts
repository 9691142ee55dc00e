import { unknownBecause } from '../../evidence.ts';
import type { Connection, PeerPath, ProbedPeers, Role } from '../../facts/peers.ts';
import { canonicalIp } from '../../ip.ts';
import { addressIn, type Policy, type PolicyNode } from '../../policy.ts';

/** What a check says of a report whose agent was not told to contact anybody. */
export const NOT_PROBED = 'not probed: run the agent with --probe-peers';

/** The connection to a port of a path; not known when it was not tried. */
export function connectionTo({ ports }: Pick<PeerPath, 'ports'>, port: number): Connection {
  const found = ports.find((one) => one.port === port);
  if (found === undefined) return unknownBecause(`port ${port} was not tried`);
  if (found.answer.status === 'failed') return unknownBecause(found.answer.error.message);
  return found.answer.value;
}

/** An outcome in words for a message. */
export function outcomeWords({ outcome }: Connection): string {
  return outcome.replaceAll('_', ' ');
}

/** How the probe went over one way, or why it did not go over it at all. */
export type Tried = { status: 'tried'; path: PeerPath } | { status: 'no_way'; why: string };

/**
 * The path from `own` to `peer` as it was tried. Where the policy gives no two addresses there is
 * no way to try; where it does and none was tried, the agent knew another policy: not known.
 */
export function pathBetween(
  peers: ProbedPeers,
  { own, peer, role }: { own: PolicyNode; peer: PolicyNode; role: Role },
): Tried {
  const source = addressIn(own, role);
  const address = addressIn(peer, role);
  if (source === undefined) {
    return { status: 'no_way', why: `the policy gives ${own.name} no ${role} address` };
  }
  if (address === undefined) return { status: 'no_way', why: 'no address in the policy' };
  if (isSame(source, address)) return { status: 'no_way', why: 'has the address of this node' };
  const path = peers.paths.find((one) => one.peer === peer.name && one.role === role);
  if (path !== undefined && isSame(path.source, source) && isSame(path.address, address)) {
    return { status: 'tried', path };
  }
  if (path === undefined && peers.leftOut > 0) {
    return { status: 'no_way', why: 'over the number of peers that one run tries' };
  }
  return unknownBecause(
    `${source} to ${address} (${peer.name}) was not tried: the agent had another policy`,
  );
}

/** The other nodes of the policy, in its order. */
export function peersOf(policy: Policy, node: string): PolicyNode[] {
  return policy.nodes.filter(({ name }) => name !== node);
}

function isSame(one: string, other: string): boolean {
  return canonicalIp(one) === canonicalIp(other);
}
