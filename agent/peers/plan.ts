import { type Role, roles } from '../../shared/facts/peers.ts';
import { canonicalIp } from '../../shared/ip.ts';
import { addressIn, type Policy, type PolicyNode, policyNode } from '../../shared/policy.ts';

/** One way to try: from the node's own address in a role to a peer's. */
export interface PlannedPath {
  peer: string;
  role: Role;
  source: string;
  address: string;
}

/** Whom one run contacts, and from where: addresses of the policy and no others. */
export interface PeerPlan {
  paths: PlannedPath[];
  /** peers over the number that one run contacts */
  leftOut: number;
  cluster: { source: string; address: string } | null;
}

/** With two roles and two ports each this fills the time of one run when every peer is dead. */
const PEERS_MAX = 64;

/**
 * The peers of `node` in the policy's order, beginning after the node itself, so that in a cluster
 * too large for one run each node is still tried by others. Names are not looked up: a peer
 * without an address has no path, and a node that the policy does not list has no peer.
 */
export function planPeers(policy: Policy, node: string): PeerPlan {
  const own = policyNode(policy, node);
  if (own === undefined) return { paths: [], leftOut: 0, cluster: null };
  const at = policy.nodes.indexOf(own);
  const others = [...policy.nodes.slice(at + 1), ...policy.nodes.slice(0, at)];
  const peers = others.filter((peer) => roles.some((role) => pathTo(own, peer, role).length > 0));
  const asked = peers.slice(0, PEERS_MAX);
  const { address } = policy.cluster;
  return {
    paths: asked.flatMap((peer) => roles.flatMap((role) => pathTo(own, peer, role))),
    leftOut: peers.length - asked.length,
    cluster:
      own.address === undefined || address === undefined ? null : { source: own.address, address },
  };
}

/** Two nodes of one address would only reach themselves; that they share it is found elsewhere. */
function pathTo(own: PolicyNode, peer: PolicyNode, role: Role): PlannedPath[] {
  const source = addressIn(own, role);
  const address = addressIn(peer, role);
  if (source === undefined || address === undefined) return [];
  if (canonicalIp(source) === canonicalIp(address)) return [];
  return [{ peer: peer.name, role, source, address }];
}
