import { NOT_PROBED, pathBetween, peersOf } from '../../shared/checks/peers/paths.ts';
import { known, MissingEvidence } from '../../shared/evidence.ts';
import { answersAtAll, type ProbedPeers, type Role, roles } from '../../shared/facts/peers.ts';
import { pass, skip, unknown } from '../../shared/judgement.ts';
import { addressIn, type Policy, type PolicyNode, policyNode } from '../../shared/policy.ts';
import { counted, listed } from '../../shared/wording.ts';
import {
  type ClusterCheck,
  type ClusterJudgement,
  defineClusterCheck,
  type NodeFacts,
} from './cluster-check.ts';

/** Who reaches whom, seen from both ends; each node's own view is judged on the node. */
export const peersClusterChecks: ClusterCheck[] = [
  defineClusterCheck({
    id: 'peers.reached',
    title: 'Every node is reached by some other, on each network',
    why: 'When all others miss one node on a network, look at that node first and not at them.',
    rules: ['NET-10', 'NET-19'],
    needs: ['peers'],
    judge: (nodes, policy) => judgeWays(nodes, policy, isolated),
  }),
  defineClusterCheck({
    id: 'peers.both-ways',
    title: 'Nodes that reach each other do so in both directions',
    why: 'Ganeti connects from either side; one that answers and cannot ask is half a member.',
    rules: ['NET-10', 'NET-19'],
    needs: ['peers'],
    judge: (nodes, policy) => judgeWays(nodes, policy, oneSided),
  }),
];

/** One direction of one pair on one network, and whether it was answered; null: not known. */
interface Way {
  from: PolicyNode;
  to: PolicyNode;
  role: Role;
  answered: boolean | null;
}

type Nodes = NodeFacts<'peers'>[];

/** The faults that `find` sees in all ways; without one a pass, if every way was tried. */
function judgeWays(
  nodes: Nodes,
  policy: Policy,
  find: (ways: readonly Way[]) => ClusterJudgement[],
): ClusterJudgement[] {
  const probing = nodes.filter(({ facts }) => facts.peers.probed);
  if (probing.length === 0) return [skip(NOT_PROBED)];
  const ways = nodes.flatMap((node) => waysFrom(node, policy));
  if (ways.length === 0) return [skip('the policy gives no two nodes an address')];
  const untried = [
    ...new Set(ways.flatMap(({ from, answered }) => (answered === null ? [from.name] : []))),
  ];
  const faults = find(ways);
  if (untried.length > 0) {
    return [...faults, unknown(`not every peer was tried from ${listed(untried)}`)];
  }
  return faults.length > 0 ? faults : [pass(`${counted(ways.length, 'way')} tried`)];
}

function waysFrom({ node, facts: { peers } }: Nodes[number], policy: Policy): Way[] {
  const from = policyNode(policy, node);
  if (from === undefined) return [];
  return peersOf(policy, node).flatMap((to) =>
    roles.flatMap((role): Way[] => {
      if (addressIn(from, role) === undefined || addressIn(to, role) === undefined) return [];
      if (!peers.probed) return [{ from, to, role, answered: null }];
      return wayOver(peers, { from, to, role });
    }),
  );
}

/** A way that a run leaves out on purpose, for the number of peers, is no gap. */
function wayOver(peers: ProbedPeers, way: Omit<Way, 'answered'>): Way[] {
  try {
    const { from: own, to: peer, role } = way;
    const tried = pathBetween(peers, { own, peer, role });
    if (tried.status === 'no_way') return [];
    const { ports } = tried.path;
    if (answersAtAll({ ports })) return [{ ...way, answered: true }];
    const outcomes = ports.map(({ answer }) => known(answer).outcome);
    return [{ ...way, answered: outcomes.includes('no_source_address') ? null : false }];
  } catch (error) {
    if (!(error instanceof MissingEvidence)) throw error;
    return [{ ...way, answered: null }];
  }
}

/** Nodes that others tried to reach on a network, and none did. */
function isolated(ways: readonly Way[]): ClusterJudgement[] {
  const targets = [...new Set(ways.map(({ to }) => to))];
  return targets.flatMap((node) =>
    roles.flatMap((role): ClusterJudgement[] => {
      const toNode = ways.filter((way) => way.to === node && way.role === role);
      const tried = toNode.filter(({ answered }) => answered !== null);
      if (tried.length === 0 || tried.some(({ answered }) => answered)) return [];
      const works = ways.some((way) => way.to === node && way.role !== role && way.answered);
      const beside = works ? `, and its ${other(role)} address answers` : '';
      const from = listed(tried.map((way) => way.from.name));
      return [
        {
          node: node.name,
          subject: role,
          verdict: 'fail',
          message: `nobody reaches ${addressIn(node, role)} (${role}): not ${from}${beside}`,
          remedy: 'check cable, switch port, address and firewall of this node first',
        },
      ];
    }),
  );
}

function other(role: Role): Role {
  return role === 'primary' ? 'secondary' : 'primary';
}

/** Pairs of which one direction is answered and the other is not. */
function oneSided(ways: readonly Way[]): ClusterJudgement[] {
  const answering = new Set(ways.filter((way) => way.answered).map(keyOf));
  return ways
    .filter((way) => way.answered === false)
    .filter(({ from, to, role }) => answering.has(keyOf({ from: to, to: from, role })))
    .map(({ from, to, role }) => ({
      node: from.name,
      subject: `${to.name} ${role}`,
      verdict: 'fail',
      message:
        `${addressIn(from, role)} gets no answer from ${addressIn(to, role)} ` +
        `(${to.name}, ${role}), which reaches this node`,
      remedy: `compare firewalls and routes of the two: "ip route get ${addressIn(to, role)}"`,
    }));
}

function keyOf({ from, to, role }: Omit<Way, 'answered'>): string {
  return JSON.stringify([from.name, to.name, role]);
}
