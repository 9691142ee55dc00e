import type { Judgement } from '../../shared/check.ts';
import { known } from '../../shared/evidence.ts';
import { groupedBy } from '../../shared/grouping.ts';
import { canonicalIp } from '../../shared/ip.ts';
import { pass } from '../../shared/judgement.ts';
import { type Policy, policyNames } from '../../shared/policy.ts';
import { hostsClaims, interfaceClaims, judgeClaims, policyClaims } from './claims.ts';
import { judgeClusterAddress, judgeSubnet } from './cluster-address.ts';
import { type ClusterCheck, defineClusterCheck, type NodeFacts } from './cluster-check.ts';
import { judgeSecondary } from './secondary-addresses.ts';
import { askNodes, unlessUntold } from './told.ts';

/** Whose the addresses of the cluster are. */
export const addressesClusterChecks: ClusterCheck[] = [
  defineClusterCheck({
    id: 'addresses.duplicate',
    title: 'No address is given to two names',
    why:
      'gnt-node add refuses an address that another node has, and the hosts file that Ganeti ' +
      'writes keeps one entry per address, so one of the two names is lost.',
    rules: ['NET-14', 'NAME-06'],
    needs: ['names'],
    judge: judgeDuplicates,
  }),
  defineClusterCheck({
    id: 'addresses.owner',
    title: 'No address is held by two nodes, or by another node than it was given to',
    why: 'Two machines with one address take turns in losing their connections.',
    rules: ['NET-14'],
    needs: ['network'],
    judge: judgeOwners,
  }),
  defineClusterCheck({
    id: 'addresses.cluster-address',
    title: 'The cluster address is held by one node at most',
    why: 'The master brings it up on its own interface; a second holder is a second master.',
    rules: ['NET-15'],
    needs: ['network', 'names'],
    judge: judgeClusterAddress,
  }),
  defineClusterCheck({
    id: 'addresses.subnet',
    title: 'The primary addresses of all nodes lie in one subnet',
    why: 'The cluster address moves with the master; a node in another subnet can never be master.',
    rules: ['NET-16'],
    needs: ['network'],
    judge: judgeSubnet,
  }),
  defineClusterCheck({
    id: 'addresses.secondary',
    title: 'All nodes have a secondary address, or none has',
    why:
      'gnt-node add refuses a node that has a secondary address where the master has none, and ' +
      'the other way round; DRBD replicates over it.',
    rules: ['NET-08'],
    needs: ['network'],
    judge: judgeSecondary,
  }),
];

function judgeDuplicates(nodes: NodeFacts<'names'>[], policy: Policy): Judgement[] {
  const all = [...policyNames(policy), ...nodes.map(({ node }) => node)];
  const names = new Set(all.map((name) => name.toLowerCase()));
  const { told, untold } = askNodes(nodes, (facts) => known(facts.names.hosts));
  const claims = [
    ...policyClaims(policy).map((claim) => ({ ...claim, holder: claim.holder.toLowerCase() })),
    ...told.flatMap(({ node, value }) => hostsClaims(node, value, names)),
  ];
  const twice = judgeClaims(
    claims,
    'give each name an address of its own, in the policy and in DNS or /etc/hosts of every node',
  );
  const none = pass('no address twice in the policy and the hosts files');
  return unlessUntold(twice.length > 0 ? twice : [none], 'hosts file', untold);
}

function judgeOwners(nodes: NodeFacts<'network'>[], policy: Policy): Judgement[] {
  const promises = groupedBy(policyClaims(policy), ({ address }) => address);
  const promised = new Set(promises.keys());
  // What the policy gives twice is nobody's: another check says so.
  const given = [...promises.values()].filter((claims) => claims.length === 1).flat();
  const { told, untold } = askNodes(nodes, (facts) => known(facts.network.addresses));
  const held = told.flatMap(({ node, value }) =>
    interfaceClaims(node, value, { policy, promised }),
  );
  // Whoever is master holds the cluster address besides its own; another check judges that.
  const clusterAddress = policy.cluster.address ? canonicalIp(policy.cluster.address) : null;
  const own = [...given, ...held].filter(({ address }) => address !== clusterAddress);
  const wrong = judgeClaims(own, 'give each node an address of its own');
  const none = pass('no address held by two nodes or by the wrong one');
  return unlessUntold(wrong.length > 0 ? wrong : [none], 'addresses', untold);
}
