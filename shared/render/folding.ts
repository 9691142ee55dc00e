import { type CauseGroup, groupedByCause } from '../causes.ts';
import { type Finding, isWaived, type Override, type Verdict, type Waived } from '../check.ts';
import { groupedBy } from '../grouping.ts';

/** What people read first comes first. */
const ORDER = ['fail', 'unknown', 'warn', 'waived fail', 'waived warn', 'skip', 'pass'];

/** Findings that say the same, of several nodes or by several checks, as one. */
export interface Fold {
  verdict: Verdict;
  /** in the order of the checks */
  checks: string[];
  /** in the order of the findings; empty: of the cluster as a whole */
  nodes: string[];
  sentence: string;
  remedy: string | null;
  waived: Waived | null;
  /** the policy made it more or less grave than the check has it */
  severity?: Override;
  /** the findings that only follow from it; not there when none does */
  follows?: readonly Finding[];
}

/** The findings folded, worst first and waived after wrong, else as given; none is lost. */
export function foldFindings(findings: readonly Finding[]): Fold[] {
  return folded(findings.map((root) => ({ root, followers: [] })));
}

/** The same with each cause once, and what only follows from it below; none is lost either. */
export function foldCauses(findings: readonly Finding[]): Fold[] {
  return folded(groupedByCause(findings));
}

/** `and 2 that follow from it: drbd.loaded, drbd.usermode-helper`, of what is not shown itself. */
export function followWords(follows: readonly Finding[]): string {
  const checks = new Set(follows.map(({ check }) => check));
  return `and ${follows.length} that ${follows.length === 1 ? 'follows' : 'follow'} from it: ${[
    ...checks,
  ].join(', ')}`;
}

function folded(groups: readonly CauseGroup[]): Fold[] {
  const overNodes = merge(groups.map(single), (fold) => [fold.checks, fold.nodes.length === 0]);
  const overChecks = merge(overNodes, (fold) => fold.nodes);
  return overChecks.sort((a, b) => placeInOrder(a) - placeInOrder(b));
}

function single({ root, followers }: CauseGroup): Fold {
  return {
    verdict: root.verdict,
    checks: [root.check],
    nodes: root.node === null ? [] : [root.node],
    sentence: sentenceOf(root),
    remedy: root.remedy ?? null,
    waived: isWaived(root) ? (root.waived ?? null) : null,
    ...(root.severity && { severity: root.severity }),
    ...(followers.length > 0 && { follows: followers }),
  };
}

function placeInOrder({ verdict, waived }: Fold): number {
  return ORDER.indexOf(waived === null ? verdict : `waived ${verdict}`);
}

/** Joins the folds that say the same and for which `sameBesides` gives equal values. */
function merge(folds: readonly Fold[], sameBesides: (fold: Fold) => unknown): Fold[] {
  const groups = groupedBy(folds, (fold) => {
    const { verdict, sentence, remedy, waived, severity } = fold;
    const same = sameBesides(fold);
    return JSON.stringify([verdict, sentence, remedy, waived, severity ?? null, same]);
  });
  return [...groups.values()].flatMap((alike) => {
    const [first, ...others] = alike;
    if (first === undefined || others.length === 0) return alike;
    const checks = [...new Set(alike.flatMap((fold) => fold.checks))];
    const nodes = [...new Set(alike.flatMap((fold) => fold.nodes))];
    const follows = alike.flatMap((fold) => fold.follows ?? []);
    return [{ ...first, checks, nodes, ...(follows.length > 0 && { follows }) }];
  });
}

/** A check that judges several bridges or names says which, even when its message does not. */
export function sentenceOf({ subject, message }: Finding): string {
  return subject === undefined || message.includes(subject) ? message : `${subject}: ${message}`;
}
