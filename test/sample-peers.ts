import type { Connection, PeerPath, PortAnswer, ProbedPeers } from '../shared/facts/peers.ts';

/** The answers of ports 22 and 1811, in this order. */
export function answers(
  ssh: Connection['outcome'],
  noded: Connection['outcome'],
  tookMs = 0.2,
): PortAnswer[] {
  return [answer(22, ssh, tookMs), answer(1811, noded, tookMs)];
}

function answer(port: number, outcome: Connection['outcome'], tookMs: number): PortAnswer {
  return { port, answer: { status: 'ok', value: { outcome, tookMs } } };
}

/** A way from the sample's node to a peer, well but for the changes. */
export function samplePath(peer: 2 | 3, changes: Partial<PeerPath> = {}): PeerPath {
  return {
    peer: `ganeti0${peer}.example.org`,
    role: 'primary',
    source: '192.0.2.5',
    address: `192.0.2.${4 + peer}`,
    ports: answers('open', 'refused'),
    pingMs: { status: 'ok', value: 0.15 },
    jumbo: null,
    ...changes,
  };
}

/** What a node before the install tells of its peers, when the agent was told to try them. */
export const samplePeers: ProbedPeers = {
  probed: true,
  mtus: { status: 'ok', value: { primary: 1500, secondary: null } },
  paths: [samplePath(2), samplePath(3)],
  leftOut: 0,
  cluster: { address: '192.0.2.4', ports: answers('timed_out', 'timed_out', 2000) },
};
