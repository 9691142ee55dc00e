import type { Judgement } from '../../shared/check.ts';
import { pass, warn } from '../../shared/judgement.ts';
import type { Policy } from '../../shared/policy.ts';
import { counted } from '../../shared/wording.ts';
import { type ClusterCheck, defineClusterCheck, type NodeFacts } from './cluster-check.ts';

/** With two nodes the loss of one leaves no majority, and the master daemons do not start. */
const NODES_MIN = 3;

/** How many nodes there are. */
export const nodesClusterChecks: ClusterCheck[] = [
  defineClusterCheck({
    id: 'nodes.count',
    title: 'The cluster has an odd number of nodes, three or more',
    why:
      'The master daemons start only when more than half of all nodes agree who is master; an ' +
      'even number survives no more losses than one node less.',
    rules: ['RUN-05'],
    needs: [],
    judge: judgeCount,
  }),
];

function judgeCount(nodes: NodeFacts<never>[], policy: Policy): Judgement[] {
  const count = policy.nodes.length > 0 ? policy.nodes.length : nodes.length;
  const source = policy.nodes.length > 0 ? 'named by the policy' : 'reporting';
  const found = `${counted(count, 'node')} ${source}`;
  if (count < NODES_MIN) {
    const message = `${found}; expected ${NODES_MIN} or more, so that one may fail`;
    return [warn(message, `plan for ${NODES_MIN} nodes`)];
  }
  if (count % 2 === 0) {
    const message = `${found}; an even number survives no more losses than ${count - 1} would`;
    return [warn(message, 'plan for an odd number of nodes')];
  }
  return [pass(found)];
}
