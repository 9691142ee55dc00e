import { type Finding, isWaived, type Verdict } from '../check.ts';

/** How many findings there are of each verdict; the waived ones are counted apart. */
export type Counts = Record<Verdict | 'waived', number>;

/** Counts findings by verdict, in the order people ask for them. */
export function countsOf(findings: readonly Finding[]): Counts {
  const counts: Counts = { fail: 0, unknown: 0, warn: 0, waived: 0, pass: 0, skip: 0 };
  for (const finding of findings) counts[isWaived(finding) ? 'waived' : finding.verdict] += 1;
  return counts;
}

/** The sum of counts. */
export function added(all: readonly Counts[]): Counts {
  const sum = countsOf([]);
  for (const one of all) {
    sum.fail += one.fail;
    sum.unknown += one.unknown;
    sum.warn += one.warn;
    sum.waived += one.waived;
    sum.pass += one.pass;
    sum.skip += one.skip;
  }
  return sum;
}

/** `2 failures, 1 unknown, 3 warnings, 1 waived`; it says so when nothing is wrong. */
export function troubles(counts: Counts): string {
  const words = troubleWords(counts);
  if (counts.fail + counts.unknown + counts.warn > 0) return words.join(', ');
  if (words.length > 0) return `${words.join('')}, nothing else wrong, nothing unknown`;
  return counts.pass + counts.skip > 0 ? 'nothing wrong, nothing unknown' : 'nothing asked';
}

/** `86 findings: 2 failures, 1 unknown, 75 passed, 8 skipped`. */
export function tally(counts: Counts): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = [
    ...troubleWords(counts),
    `${counts.pass} passed`,
    ...(counts.skip > 0 ? [`${counts.skip} skipped`] : []),
  ];
  return `${total} ${total === 1 ? 'finding' : 'findings'}: ${parts.join(', ')}`;
}

function troubleWords({ fail, unknown, warn, waived }: Counts): string[] {
  return [
    fail > 0 ? `${fail} ${fail === 1 ? 'failure' : 'failures'}` : '',
    unknown > 0 ? `${unknown} unknown` : '',
    warn > 0 ? `${warn} ${warn === 1 ? 'warning' : 'warnings'}` : '',
    waived > 0 ? `${waived} waived` : '',
  ].filter((word) => word !== '');
}
