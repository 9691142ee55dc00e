import type { Judgement } from '../../shared/check.ts';
import { pass, unknown, warn } from '../../shared/judgement.ts';
import { formatBytes } from '../../shared/units.ts';
import { counted } from '../../shared/wording.ts';

/**
 * Nodes of one purchase differ by the odd reserved page or extent; a tenth is beyond that and
 * small enough to notice a missing DIMM or disk among eight.
 */
const DIFFERENCE_MAX = 0.1;

/** A size on one node. */
export interface Sized {
  node: string;
  bytes: number;
}

/** Judges that the largest and the smallest of `sizes` are within a tenth of each other. */
export function judgeSimilar(sizes: readonly Sized[], noun: string, remedy: string): Judgement {
  const sorted = [...sizes].sort((a, b) => a.bytes - b.bytes || (a.node < b.node ? -1 : 1));
  const smallest = sorted[0];
  const largest = sorted.find(({ bytes }) => bytes === sorted.at(-1)?.bytes);
  if (largest === undefined || smallest === undefined) {
    return unknown(`no node tells its ${noun}`);
  }
  if (largest.bytes === smallest.bytes) {
    return pass(`${noun} ${formatBytes(largest.bytes)} on ${counted(sorted.length, 'node')}`);
  }
  const share = (largest.bytes - smallest.bytes) / Math.max(largest.bytes, 1);
  const found =
    `${noun} between ${formatBytes(smallest.bytes)} (${smallest.node}) ` +
    `and ${formatBytes(largest.bytes)} (${largest.node})`;
  if (share <= DIFFERENCE_MAX) return pass(found);
  const expected = `expected within ${DIFFERENCE_MAX * 100} %`;
  return warn(`${found}, ${(share * 100).toFixed(0)} % apart; ${expected}`, remedy);
}
