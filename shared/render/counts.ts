import type { Finding, Verdict } from '../check.ts';

/** How many findings there are of each verdict. */
export type Counts = Record<Verdict, number>;

/** Counts findings by verdict, in the order people ask for them. */
export function countsOf(findings: readonly Finding[]): Counts {
  const counts: Counts = { fail: 0, unknown: 0, warn: 0, pass: 0, skip: 0 };
  for (const { verdict } of findings) counts[verdict] += 1;
  return counts;
}

/** `2 failures, 1 unknown, 3 warnings`, or what passed when there is nothing to say. */
export function troubles(counts: Counts): string {
  const words = [
    counts.fail > 0 ? `${counts.fail} ${counts.fail === 1 ? 'failure' : 'failures'}` : '',
    counts.unknown > 0 ? `${counts.unknown} unknown` : '',
    counts.warn > 0 ? `${counts.warn} ${counts.warn === 1 ? 'warning' : 'warnings'}` : '',
  ].filter((word) => word !== '');
  if (words.length > 0) return words.join(', ');
  return counts.pass + counts.skip > 0 ? 'nothing wrong, nothing unknown' : 'nothing asked';
}

/** `86 findings: 2 failures, 1 unknown, 75 passed, 8 skipped`. */
export function tally(counts: Counts): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = [
    ...(counts.fail + counts.unknown + counts.warn > 0 ? [troubles(counts)] : []),
    `${counts.pass} passed`,
    ...(counts.skip > 0 ? [`${counts.skip} skipped`] : []),
  ];
  return `${total} ${total === 1 ? 'finding' : 'findings'}: ${parts.join(', ')}`;
}
