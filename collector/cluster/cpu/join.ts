import type { CheckCard, Finding } from '../../../shared/check.ts';
import type { FleetNode } from '../../../shared/fleet.ts';
import type { Policy } from '../../../shared/policy.ts';
import { listed } from '../../../shared/wording.ts';
import type { ClusterJudgement } from '../cluster-check.ts';
import { evidenceOfNodes } from './evidence.ts';
import { type Effect, whatIf } from './what-if.ts';

/** The check that gate `join` adds: it compares the cluster without a node and with it. */
export const joinCard: CheckCard = {
  id: 'cpu.join',
  title: 'Joining takes nothing from the common cpu_type',
  why:
    'The common cpu_type is what every node can run: one lesser node lowers it for all, and a ' +
    'guest with a better one could then not be moved to that node.',
  rules: ['CPU-08', 'CPU-09'],
};

/** What the joining nodes do to the common `cpu_type`; nothing when no node joins. */
export function joinFindings(nodes: readonly FleetNode[], policy: Policy): Finding[] {
  const joining = nodes.filter((node) => node.joining);
  if (joining.length === 0) return [];
  const members = nodes.filter((node) => !node.joining);
  const { effects } = whatIf(
    { nodes: evidenceOfNodes(members), policy },
    { without: [], joining: evidenceOfNodes(joining) },
  );
  const who = listed(joining.map(({ node }) => node));
  return effects.map((effect) => ({
    check: joinCard.id,
    title: joinCard.title,
    node: null,
    ...judgeEffect(effect, who),
  }));
}

/** An answer that changes is no member's loss only when guests get at least what they had. */
export function judgeEffect(
  { group, vendor, before, after, effect }: Effect,
  who: string,
): ClusterJudgement {
  const subject = vendor === null ? group : `${group}, ${vendor}`;
  const change = `from ${before ?? 'none'} to ${after ?? 'none'}`;
  switch (effect) {
    case 'undecided': {
      const message = `what ${who} would do to the common cpu_type cannot be told`;
      return { verdict: 'unknown', subject, message };
    }
    case 'worse':
    case 'different':
    case 'lost': {
      const message = `${who} would change the common cpu_type ${change}; expected it to stay`;
      const remedy = 'put the node into a node group of its own, or bring it to what it lacks';
      return { verdict: 'fail', subject, message, remedy };
    }
    case 'same':
      return { verdict: 'pass', subject, message: `the common cpu_type stays ${after ?? 'none'}` };
    case 'better':
    case 'new':
      return { verdict: 'pass', subject, message: `the common cpu_type goes ${change}` };
    default:
      return effect satisfies never;
  }
}
