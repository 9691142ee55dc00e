import { evidenceCard } from '../../shared/answer.ts';
import type { CheckCard } from '../../shared/check.ts';
import { checks } from '../../shared/checks/index.ts';
import { isGlob } from '../../shared/glob.ts';
import { unknownPattern } from '../../shared/selection.ts';
import { waiverCards } from '../../shared/waiver-findings.ts';
import { capacityCardList } from '../cluster/capacity.ts';
import { joinCard } from '../cluster/cpu/join.ts';
import { clusterChecks } from '../cluster/index.ts';
import { maintenanceCards } from '../cluster/maintenance.ts';
import { rapiCards } from '../cluster/rapi.ts';
import { reportCards } from '../freshness.ts';

/** Why a check matters, by its id, the policy's own among them; undefined for what is no check. */
export function whyOf(id: string, own: readonly CheckCard[]): string | undefined {
  return [...allCards, ...own].find((check) => check.id === id)?.why;
}

/**
 * What is wrong with an id or glob that no check answers to; null when one does. Which rules there
 * are only a policy tells: without its `own` checks the name of a rule is taken at its word.
 */
export function unknownCheck(pattern: string, own?: readonly string[]): string | null {
  if (own === undefined && mayNameRule(pattern)) return null;
  return unknownPattern(pattern, [...allCards.map(({ id }) => id), ...(own ?? [])]);
}

/** Whether an id or glob may mean a rule of a policy that is not known yet. */
export function mayNameRule(pattern: string): boolean {
  const [head = ''] = pattern.split(/[*?]/);
  return head.startsWith(RULES) || (isGlob(pattern) && RULES.startsWith(head));
}

const RULES = 'rule.';

/** What every check tells of itself: of answers, reports and waivers, of a node, across nodes. */
export const allCards: readonly CheckCard[] = [
  evidenceCard,
  ...reportCards,
  ...waiverCards,
  ...checks,
  ...clusterChecks,
  ...rapiCards,
  joinCard,
  ...maintenanceCards,
  ...capacityCardList,
];
