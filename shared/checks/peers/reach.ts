import { type Check, defineCheck, type Judgement } from '../../check.ts';
import { MissingEvidence } from '../../evidence.ts';
import {
  answered,
  answersAtAll,
  type PeerPath,
  type ProbedPeers,
  type Role,
} from '../../facts/peers.ts';
import { fail, pass, skip, unknown, warn } from '../../judgement.ts';
import { addressIn, type PolicyNode, policyNode } from '../../policy.ts';
import { counted, listed } from '../../wording.ts';
import { ownBridge } from '../network/origins.ts';
import { connectionTo, NOT_PROBED, outcomeWords, pathBetween, peersOf } from './paths.ts';

const primary = reachCheck('primary', {
  title: 'The node reaches its peers on the primary network',
  why: 'Ganeti gives every order to a node this way, to port 1811, and sets nodes up over SSH.',
  rules: ['NET-19'],
  consequenceOf: [ownBridge, { check: 'network.node-address' }],
});

const secondary = reachCheck('secondary', {
  title: 'The node reaches its peers on the replication network',
  why: 'DRBD and migration use it, and gnt-cluster verify is silent while the primary one works.',
  rules: ['NET-10', 'NET-19'],
  consequenceOf: [{ check: 'network.secondary-address' }],
});

/** Whether each peer answers, on each network apart. */
export const reachChecks: Check[] = [primary, secondary];

/** SSH, and the node daemon of Ganeti. */
const [SSH, NODED] = [22, 1811];

function reachCheck(
  role: Role,
  card: Pick<Check, 'title' | 'why' | 'rules' | 'consequenceOf'>,
): Check {
  return defineCheck({
    id: `peers.${role}`,
    ...card,
    needs: ['peers'],
    judge({ peers }, policy, node) {
      if (!peers.probed) return skip(NOT_PROBED);
      const own = policyNode(policy, node);
      if (own === undefined) return skip(`the policy does not list ${node}`);
      const source = addressIn(own, role);
      if (source === undefined) return skip(`the policy gives ${node} no ${role} address`);
      const others = peersOf(policy, node);
      if (others.length === 0) return skip('the policy names no other node');
      return folded(
        others.map((peer) => judgePeer(peers, { own, peer, role })),
        source,
      );
    },
  });
}

/** What is said of one peer: a judgement of its own, or a part of one that many share. */
type Said = Judgement | { peer: string; note: string | null } | { untried: string };

interface Way {
  own: PolicyNode;
  peer: PolicyNode;
  role: Role;
}

function judgePeer(peers: ProbedPeers, way: Way): Said {
  try {
    const tried = pathBetween(peers, way);
    if (tried.status === 'no_way') return { untried: `${way.peer.name} (${tried.why})` };
    return judgePath(tried.path, peers, way);
  } catch (error) {
    if (!(error instanceof MissingEvidence)) throw error;
    return { ...unknown(error.message), subject: way.peer.name };
  }
}

function judgePath(path: PeerPath, peers: ProbedPeers, way: Way): Said {
  const ssh = connectionTo(path, SSH);
  const noded = connectionTo(path, NODED);
  const subject = path.peer;
  const seen = `port ${SSH} ${outcomeWords(ssh)}, port ${NODED} ${outcomeWords(noded)}`;
  const told = `${path.source} to ${path.address} (${path.peer}, ${path.role}): ${seen}`;
  if (noded.outcome === 'no_source_address') {
    return { ...unknown(`not tried: ${path.source} is on no interface here`), subject };
  }
  if (!answered(ssh) && !answered(noded)) {
    return { ...fail(`${told}${elsewhere(peers, way)}; expected an answer`, DEAD), subject };
  }
  // nothing of Ganeti uses SSH on the replication network
  if (!answered(noded) || (path.role === 'primary' && !answered(ssh))) {
    return { ...fail(`${told}; expected an answer on both`, FILTERED), subject };
  }
  if (path.role === 'primary' && ssh.outcome === 'refused') {
    return { ...warn(`${told}; expected sshd to listen`, 'start sshd on the peer'), subject };
  }
  return { peer: path.peer, note: noded.outcome === 'refused' ? path.peer : null };
}

const DEAD =
  'check cable, VLAN, address and route at both ends with "ping -I SOURCE PEER"; then firewalls';
const FILTERED = 'the host answers and the port does not: open it in the firewall between the two';

/** A dead replication network beside a working primary one is what Ganeti itself does not see. */
function elsewhere(peers: ProbedPeers, { peer, role }: Way): string {
  if (role === 'primary') return '';
  const other = peers.paths.find((one) => one.peer === peer.name && one.role === 'primary');
  if (other === undefined || !answersAtAll(other)) return '';
  return '; its primary address answers, so only this network is dead';
}

/** Each fault by itself, all that is well as one, all that was not tried as one. */
function folded(said: readonly Said[], source: string): Judgement[] {
  const faults = said.filter((one) => 'verdict' in one);
  const well = said.filter((one) => 'peer' in one);
  const untried = said.flatMap((one) => ('untried' in one ? [one.untried] : []));
  const silent = well.flatMap(({ note }) => (note === null ? [] : [note]));
  const later =
    silent.length === 0
      ? ''
      : `; nobody listens on ${NODED} of ${listed(silent)}, as before Ganeti is installed`;
  const good = pass(`${counted(well.length, 'peer')} answered ${source}${later}`);
  return [
    ...faults,
    ...(well.length > 0 ? [good] : []),
    ...(untried.length > 0 ? [skip(`not tried: ${listed(untried)}`)] : []),
  ];
}
