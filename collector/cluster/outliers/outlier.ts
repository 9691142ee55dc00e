import type { CheckCard, Judgement, Needed } from '../../../shared/check.ts';
import { groupedBy } from '../../../shared/grouping.ts';
import { pass, skip, warn } from '../../../shared/judgement.ts';
import { type Policy, policyNode } from '../../../shared/policy.ts';
import { type Reference, referenceOf } from '../../../shared/policy-reference.ts';
import type { Section } from '../../../shared/report.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { type ClusterCheck, defineClusterCheck, type NodeFacts } from '../cluster-check.ts';
import { askNodes, unlessUntold } from '../told.ts';

/** What the policy declares of a trait. */
export interface Declared<T> {
  holds(value: T): boolean;
  spelled: string;
}

/** Something in which like machines are alike. */
export interface Trait<S extends Section, T> extends CheckCard {
  needs: readonly S[];
  /** how messages begin: `memory 64 GiB on …` */
  noun: string;
  remedy: string;
  /** null: the machine does not tell; a fact that could not be read ends as unknown */
  read(facts: Needed<S>): T | null;
  spelled(value: T): string;
  /** equal words, when not told */
  same?(one: T, other: T): boolean;
  /** only nodes for which this is equal are compared */
  among?(facts: Needed<S>): string;
  declared?(reference: Reference): Declared<T> | undefined;
  /** why there is nothing to say without a declaration; given: the majority is not asked */
  undeclared?: string;
  /** the words of a skip when no machine tells */
  untold: string;
}

/**
 * A check that finds the nodes that differ from what the policy declares, else from what more than
 * half of the nodes have; without such a majority it tells of all camps and takes no side.
 */
export function outlierCheck<const S extends Section, T>(trait: Trait<S, T>): ClusterCheck {
  const { id, title, why, rules, needs, consequenceOf } = trait;
  return defineClusterCheck({
    ...{ id, title, why, rules, needs },
    ...(consequenceOf && { consequenceOf }),
    judge: (nodes, policy) => judgeTrait(nodes, policy, trait),
  });
}

/** A value of one node, with the others it is compared with. */
interface Member<T> {
  node: string;
  value: T;
  /** the value spelled */
  words: string;
  /** node group; empty when the policy has one only */
  group: string;
  among: string;
}

function judgeTrait<S extends Section, T>(
  nodes: NodeFacts<S>[],
  policy: Policy,
  trait: Trait<S, T>,
): Judgement[] {
  const { told, untold } = askNodes(nodes, (facts) => {
    return { value: trait.read(facts), among: trait.among?.(facts) ?? '' };
  });
  const silent = told.filter(({ value }) => value.value === null).map(({ node }) => node);
  if (silent.length === nodes.length) return [skip(trait.untold)];
  const grouped = new Set(policy.nodes.map(({ group }) => group)).size > 1;
  const members = told.flatMap(({ node, value: { value, among } }): Member<T>[] => {
    const group = grouped ? (policyNode(policy, node)?.group ?? '') : '';
    return value === null ? [] : [{ node, value, words: trait.spelled(value), group, among }];
  });
  const judged = [...groupedBy(members, ({ group, among }) => JSON.stringify([group, among]))].map(
    ([, alike]) => judgeAlike(alike, policy, trait),
  );
  const missing = [...untold, ...silent.map((node) => `${node} (it does not tell)`)];
  return unlessUntold(judged, trait.noun, missing);
}

function judgeAlike<S extends Section, T>(
  members: readonly Member<T>[],
  policy: Policy,
  trait: Trait<S, T>,
): Judgement {
  const [first] = members;
  const group = first?.group ?? '';
  const subject = [group, first?.among ?? ''].filter((word) => word !== '').join(', ');
  // nodes outside every group of the policy are those of its default
  const reference = referenceOf(policy.reference, group === '' ? 'default' : group);
  const declared = trait.declared?.(reference);
  const judged = declared
    ? againstDeclared(members, declared, trait)
    : trait.undeclared === undefined
      ? againstMajority(members, trait)
      : skip(trait.undeclared);
  return subject === '' ? judged : { ...judged, subject };
}

function againstDeclared<S extends Section, T>(
  members: readonly Member<T>[],
  { holds, spelled }: Declared<T>,
  trait: Trait<S, T>,
): Judgement {
  const outliers = members.filter(({ value }) => !holds(value));
  const expected = `${spelled}, as the policy declares`;
  if (outliers.length === 0) {
    return pass(`${trait.noun} ${expected}, on ${counted(members.length, 'node')}`);
  }
  return warn(`${trait.noun} ${camps(outliers)}; expected ${expected}`, trait.remedy);
}

function againstMajority<S extends Section, T>(
  members: readonly Member<T>[],
  trait: Trait<S, T>,
): Judgement {
  const likeness = ({ value, words }: Member<T>) => (trait.same ? JSON.stringify(value) : words);
  const alike = [...groupedBy(members, likeness).values()];
  const supported = alike.flatMap((own) => {
    const like = alike.filter((others) => isSame(trait, own, others));
    const holders = like.reduce((sum, { length }) => sum + length, 0);
    return own.slice(0, 1).map((norm) => ({ norm, own, like, holders }));
  });
  const [best] = supported.toSorted((a, b) => b.holders - a.holders);
  if (best === undefined) return skip(trait.untold);
  const { norm, own, like, holders } = best;
  const { words } = norm;
  if (holders === members.length) {
    return pass(`${trait.noun} ${words} on ${counted(members.length, 'node')}`);
  }
  if (holders * 2 > members.length) {
    const held = new Set(like.flat());
    const outliers = members.filter((member) => !held.has(member));
    const expected = `expected ${words} as on the other ${holders}`;
    return warn(`${trait.noun} ${camps(outliers)}; ${expected}`, trait.remedy);
  }
  const tied = supported.some(
    (other) => other.holders === holders && !isSame(trait, own, other.own),
  );
  const why = tied ? 'a tie, so none of them is the norm' : 'none of them on more than half';
  const remedy = `declare what is meant under "reference" in the policy; ${trait.remedy}`;
  return warn(`${trait.noun} ${camps(members)}: ${why}`, remedy);
}

/** Whether two groups, each of members with one value, count as alike. */
function isSame<S extends Section, T>(
  trait: Trait<S, T>,
  [one]: readonly Member<T>[],
  [other]: readonly Member<T>[],
): boolean {
  if (one === undefined || other === undefined) return false;
  return trait.same?.(one.value, other.value) ?? one.words === other.words;
}

/** `32 GiB on n3; 16 GiB on n4 and n5`. */
function camps<T>(members: readonly Member<T>[]): string {
  const byWords = groupedBy(members, ({ words }) => words);
  return [...byWords]
    .map(([words, of]) => `${words} on ${listed(of.map(({ node }) => node))}`)
    .join('; ');
}
