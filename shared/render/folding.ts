import { type Finding, isWaived, type Override, type Verdict, type Waived } from '../check.ts';

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
}

/** The findings folded, worst first and waived after wrong, else as given; none is lost. */
export function foldFindings(findings: readonly Finding[]): Fold[] {
  const single = findings.map((finding): Fold => {
    return {
      verdict: finding.verdict,
      checks: [finding.check],
      nodes: finding.node === null ? [] : [finding.node],
      sentence: sentenceOf(finding),
      remedy: finding.remedy ?? null,
      waived: isWaived(finding) ? (finding.waived ?? null) : null,
      ...(finding.severity && { severity: finding.severity }),
    };
  });
  const overNodes = merge(single, (fold) => [fold.checks, fold.nodes.length === 0]);
  const overChecks = merge(overNodes, (fold) => fold.nodes);
  return overChecks.sort((a, b) => placeInOrder(a) - placeInOrder(b));
}

function placeInOrder({ verdict, waived }: Fold): number {
  return ORDER.indexOf(waived === null ? verdict : `waived ${verdict}`);
}

/** Joins the folds that say the same and for which `sameBesides` gives equal values. */
function merge(folds: readonly Fold[], sameBesides: (fold: Fold) => unknown): Fold[] {
  const merged = new Map<string, Fold>();
  for (const fold of folds) {
    const { verdict, sentence, remedy, waived, severity } = fold;
    const same = sameBesides(fold);
    const key = JSON.stringify([verdict, sentence, remedy, waived, severity ?? null, same]);
    const other = merged.get(key);
    if (other === undefined) merged.set(key, fold);
    else {
      const checks = [...new Set([...other.checks, ...fold.checks])];
      const nodes = [...new Set([...other.nodes, ...fold.nodes])];
      merged.set(key, { ...other, checks, nodes });
    }
  }
  return [...merged.values()];
}

/** A check that judges several bridges or names says which, even when its message does not. */
export function sentenceOf({ subject, message }: Finding): string {
  return subject === undefined || message.includes(subject) ? message : `${subject}: ${message}`;
}
