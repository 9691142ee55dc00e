import type { Answer } from '../answer.ts';
import { type Finding, isWaived, type Waived } from '../check.ts';
import type { GateNode } from '../gate.ts';
import { leftOutWords, type Narrowing } from '../selection.ts';
import { countsOf, troubles } from './counts.ts';

/** `gate install, cluster c1` or `node n1`: what the answer is about, and whether all of it. */
export function topicOf(answer: Answer): string {
  const { narrowed } = answer;
  return answer.kind === 'gate'
    ? `gate ${answer.gate}${narrowedWord(narrowed)}, cluster ${answer.cluster}`
    : `node ${answer.node}${narrowedWord(narrowed)}`;
}

/** ` (narrowed)` after the name of a question of which checks were left out. */
export function narrowedWord(narrowed: Narrowing | undefined): string {
  return leftOutWords(narrowed) === null ? '' : ' (narrowed)';
}

/** `; 5 checks left out by --skip`, to end a sentence with; empty when nothing was. */
export function leftOutClause(narrowed: Narrowing | undefined): string {
  const words = leftOutWords(narrowed);
  return words === null ? '' : `; ${words}`;
}

/** `gate install, cluster c1: closed; 2 failures, 1 warning`: the whole answer in one line. */
export function headlineOf(answer: Answer): string {
  const { state, findings, narrowed } = answer;
  return `${topicOf(answer)}: ${state}; ${troubles(countsOf(findings))}${leftOutClause(narrowed)}`;
}

/** Where a finding belongs when it is shown alone. */
export function placeOf({ node }: Pick<Finding, 'node'>): string {
  return node ?? 'cluster';
}

/** The oldest facts of an expected node, stale ones too: what went silent must not look young. */
export function oldestFacts(nodes: readonly GateNode[]): { node: string; ageMs: number } | null {
  let oldest: { node: string; ageMs: number } | null = null;
  for (const { node, expected, ageMs } of nodes) {
    if (!expected || ageMs === null) continue;
    if (oldest === null || ageMs > oldest.ageMs) oldest = { node, ageMs };
  }
  return oldest;
}

/** Whether the finding speaks against the answer, or might; a waived one does not. */
export function isTrouble(finding: Pick<Finding, 'verdict' | 'waived'>): boolean {
  const { verdict } = finding;
  if (isWaived(finding)) return false;
  return verdict === 'fail' || verdict === 'unknown' || verdict === 'warn';
}

/** Whether people see the finding without asking: troubles, and those a waiver sets aside. */
export function isNotable(finding: Pick<Finding, 'verdict' | 'waived'>): boolean {
  return isTrouble(finding) || isWaived(finding);
}

/** `by alice until 2026-12-01T00:00:00Z: the new disk is ordered`. */
export function waiverWords({ owner, expires, reason }: Waived): string {
  return `by ${owner} until ${expires}: ${reason}`;
}
