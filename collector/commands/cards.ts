import type { CheckCard } from '../../shared/check.ts';
import { checks } from '../../shared/checks/index.ts';
import { unknownPattern } from '../../shared/selection.ts';
import { waiverCards } from '../../shared/waiver-findings.ts';
import { joinCard } from '../cluster/cpu/join.ts';
import { clusterChecks } from '../cluster/index.ts';
import { reportCards } from '../freshness.ts';

/** Why a check matters, by its id; undefined for what is no check. */
export function whyOf(id: string): string | undefined {
  return allCards.find((check) => check.id === id)?.why;
}

/** What is wrong with an id or glob that no check answers to; null when one does. */
export function unknownCheck(pattern: string): string | null {
  return unknownPattern(
    pattern,
    allCards.map(({ id }) => id),
  );
}

/** What every check tells of itself: of reports, of waivers, of a node and across nodes. */
export const allCards: readonly CheckCard[] = [
  ...reportCards,
  ...waiverCards,
  ...checks,
  ...clusterChecks,
  joinCard,
];
