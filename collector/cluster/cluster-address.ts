import { known, unknownBecause } from '../../shared/evidence.ts';
import { canonicalIp, networkOf } from '../../shared/ip.ts';
import { pass, skip } from '../../shared/judgement.ts';
import { type Policy, policyNode } from '../../shared/policy.ts';
import { listed } from '../../shared/wording.ts';
import { agreementOf, judgeAgreement } from './agreement.ts';
import type { ClusterJudgement, NodeFacts } from './cluster-check.ts';
import { nameRow } from './names-matrix.ts';
import { askNodes, unlessUntold } from './told.ts';

type Nodes = NodeFacts<'network' | 'names'>[];

/** Judges that the cluster address is held by one node at most. */
export function judgeClusterAddress(nodes: Nodes, policy: Policy): ClusterJudgement[] {
  if (policy.cluster.address === undefined && policy.cluster.name === undefined) {
    return [skip('the policy names neither the cluster nor its address')];
  }
  const address = clusterAddress(nodes, policy);
  const { told, untold } = askNodes(nodes, ({ network }) => known(network.addresses));
  const holders = told
    .filter(({ value }) => value.some((one) => canonicalIp(one.address) === address))
    .map(({ node }) => node);
  if (holders.length > 1) {
    return [
      {
        verdict: 'fail',
        message: `${address} is held by ${listed(holders)}; expected one node at most`,
        remedy: 'find the true master with "gnt-cluster getmaster"; remove the address elsewhere',
      },
    ];
  }
  const holder = holders[0] === undefined ? 'no node' : holders[0];
  return unlessUntold([pass(`${address} is held by ${holder}`)], 'addresses', untold);
}

/** Judges that the primary addresses of all nodes lie in one subnet. */
export function judgeSubnet(nodes: NodeFacts<'network'>[], policy: Policy): ClusterJudgement[] {
  const asked = nodes.map(({ node, facts }) => {
    return { node, facts: { ...facts, planned: policyNode(policy, node)?.address } };
  });
  const agreement = agreementOf(asked, ({ network, planned }) =>
    primaryNetwork(known(network.addresses), planned, policy),
  );
  return [
    judgeAgreement(agreement, {
      noun: 'primary subnet',
      verdict: 'fail',
      remedy: 'give all nodes addresses of one subnet, with the same prefix length',
    }),
  ];
}

type Address = { interface: string; address: string; prefixLength: number; scope: string };

/** Of the address that the policy names, else of the first one on the cluster's interface. */
function primaryNetwork(
  held: readonly Address[],
  planned: string | undefined,
  policy: Policy,
): string {
  const { masterNetdev } = policy.network;
  const cluster = policy.cluster.address ? canonicalIp(policy.cluster.address) : null;
  const primary = held.find((one) =>
    planned === undefined
      ? one.interface === masterNetdev &&
        one.scope === 'global' &&
        canonicalIp(one.address) !== cluster
      : canonicalIp(one.address) === canonicalIp(planned),
  );
  if (primary === undefined) return unknownBecause(`no ${planned ?? `address on ${masterNetdev}`}`);
  return networkOf(primary.address, primary.prefixLength) ?? unknownBecause(primary.address);
}

/** The policy's address, else the one that the nodes resolve the cluster's name to. */
function clusterAddress(nodes: Nodes, policy: Policy): string {
  const { name, address } = policy.cluster;
  if (address !== undefined) return canonicalIp(address);
  const asked = nodes.map(({ node, facts }) => ({ node, names: facts.names }));
  const cells = name === undefined ? [] : nameRow(name, asked, policy).cells;
  const answers = cells.flatMap((cell) => (cell.status === 'answered' ? cell.addresses : []));
  const [only, ...others] = new Set(answers);
  if (only !== undefined && others.length === 0) return only;
  const found = only === undefined ? 'no address' : listed([only, ...others]);
  return unknownBecause(`the nodes resolve ${name} to ${found}; expected one`);
}
