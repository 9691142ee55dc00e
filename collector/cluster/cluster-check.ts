import type { CheckCard, Judgement, Needed } from '../../shared/check.ts';
import type { Policy } from '../../shared/policy.ts';
import type { Facts, Section } from '../../shared/report.ts';

/** The facts of one node that a check across nodes asked for. */
export interface NodeFacts<S extends Section = Section> {
  node: string;
  facts: Needed<S>;
}

/** A judgement across nodes may lay its finding at one node. */
export interface ClusterJudgement extends Judgement {
  node?: string;
}

/**
 * A pure question over many nodes. It is given the nodes whose report is fresh and has every
 * section it needs; when others are missing, the engine turns a `pass` into `unknown` naming them,
 * and leaves a `fail` or `warn` that the known nodes prove.
 */
export interface ClusterCheck extends CheckCard {
  needs: Section[];
  judge(nodes: NodeFacts[], policy: Policy): ClusterJudgement[];
}

/** A check across nodes whose `judge` sees just the sections it needs. */
export function defineClusterCheck<const S extends Section>(
  check: CheckCard & {
    needs: readonly S[];
    judge(nodes: NodeFacts<S>[], policy: Policy): ClusterJudgement[];
  },
): ClusterCheck {
  return {
    ...check,
    needs: [...check.needs],
    judge: (nodes, policy) =>
      check.judge(
        nodes.map((one) => ({ ...one, facts: one.facts as Facts })),
        policy,
      ),
  };
}
