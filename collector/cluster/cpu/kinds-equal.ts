import { groupedBy } from '../../../shared/grouping.ts';
import { listed } from '../../../shared/wording.ts';
import type { ClusterJudgement } from '../cluster-check.ts';

/** Values of one item by node, in the words of a finding: `a on n1 and n2; b on n3`. */
export function spelledGroups(values: readonly { node: string; value: string }[]): string {
  return [...groupedBy(values, ({ value }) => value)]
    .map(([value, of]) => `${value} on ${listed(of.map(({ node }) => node))}`)
    .join('; ');
}

/** The names in which two or more maps differ, each with its values by node. */
export function differingKeys(
  maps: readonly { node: string; values: Readonly<Record<string, string>> }[],
): { key: string; values: { node: string; value: string }[] }[] {
  const keys = [...new Set(maps.flatMap(({ values }) => Object.keys(values)))].sort();
  return keys.flatMap((key) => {
    const values = maps.map((map) => ({ node: map.node, value: map.values[key] ?? 'not there' }));
    return new Set(values.map(({ value }) => value)).size > 1 ? [{ key, values }] : [];
  });
}

/** One `pass` when nothing differs, else a `warn` for each thing that does. */
export function judgeDifferences(
  differences: readonly { subject: string; message: string }[],
  words: { same: string; remedy: string },
): ClusterJudgement[] {
  if (differences.length === 0) return [{ verdict: 'pass', message: words.same }];
  return differences.map(({ subject, message }) => ({
    verdict: 'warn',
    subject,
    message: `${message}; expected the same on all nodes`,
    remedy: words.remedy,
  }));
}
