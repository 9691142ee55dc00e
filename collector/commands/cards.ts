import type { CheckCard } from '../../shared/check.ts';
import { checks } from '../../shared/checks/index.ts';
import { globMatches, isGlob } from '../../shared/glob.ts';
import { nearest } from '../../shared/nearest.ts';
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
  const ids = allCards.map(({ id }) => id);
  if (ids.some((id) => globMatches(pattern, id))) return null;
  if (isGlob(pattern)) return 'expected a glob that some check answers to';
  const near = nearest(pattern, ids);
  const hint = near === null ? '"muster checks" lists them' : `did you mean "${near}"?`;
  return `no such check (${hint})`;
}

const allCards: readonly CheckCard[] = [
  ...reportCards,
  ...waiverCards,
  ...checks,
  ...clusterChecks,
  joinCard,
];
