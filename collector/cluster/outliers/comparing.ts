import { groupedBy } from '../../../shared/grouping.ts';

/** Whether two numbers differ by no more than a share of the larger one. */
export function isWithin(share: number, one: number, other: number): boolean {
  return Math.abs(one - other) <= share * Math.max(one, other);
}

/** `2 × A + B`: equal words counted, in an order that does not hang on the machine; or `none`. */
export function tallied(words: readonly string[]): string {
  const groups = [...groupedBy(words.toSorted(), (word) => word)];
  const parts = groups.map(([word, all]) => (all.length > 1 ? `${all.length} × ${word}` : word));
  return parts.join(' + ') || 'none';
}
