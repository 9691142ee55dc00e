import { known } from '../../shared/evidence.ts';
import { inSubnet, parsePrefix } from '../../shared/ip.ts';
import { pass, skip } from '../../shared/judgement.ts';
import type { Policy } from '../../shared/policy.ts';
import { listed } from '../../shared/wording.ts';
import type { ClusterJudgement, NodeFacts } from './cluster-check.ts';
import { askNodes, unlessUntold } from './told.ts';

/** Judges that all nodes or none have a secondary address, by the plan and by what they hold. */
export function judgeSecondary(nodes: NodeFacts<'network'>[], policy: Policy): ClusterJudgement[] {
  const without = policy.nodes.filter((node) => node.secondaryAddress === undefined);
  if (policy.nodes.length > without.length) return [judgePlan(without.map(({ name }) => name))];
  const network = policy.network.secondaryNetwork;
  const prefix = parsePrefix(network ?? '');
  if (prefix === null) return [skip('the policy plans no secondary network')];
  const { told, untold } = askNodes(nodes, (facts) => known(facts.network.addresses));
  const wrong = told
    .filter(({ value }) =>
      value.every((one) => !inSubnet(one.address, prefix.address, prefix.prefixLength)),
    )
    .map(({ node }): ClusterJudgement => {
      return {
        node,
        verdict: 'fail',
        message: `it has no address in the secondary network ${network}`,
        remedy: 'configure an address on the replication interface and bring it up',
      };
    });
  const none = pass(`every node has an address in ${network}`);
  return unlessUntold(wrong.length > 0 ? wrong : [none], 'addresses', untold);
}

/** Whether a node holds the address it is given is judged on the node. */
function judgePlan(without: readonly string[]): ClusterJudgement {
  if (without.length === 0) return pass('the policy gives every node a secondary address');
  return {
    verdict: 'fail',
    message: `the policy gives ${listed(without)} no secondary address, and all others one`,
    remedy: 'give every node a secondaryAddress in the policy, or none',
  };
}
