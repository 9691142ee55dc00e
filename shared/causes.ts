import { type Cause, type CheckCard, type Finding, isWaived, type Origin } from './check.ts';
import { groupedBy } from './grouping.ts';
import type { Policy } from './policy.ts';

/** A finding with all that follow from it, directly or by way of others. */
export interface CauseGroup {
  root: Finding;
  /** in the order of the findings */
  followers: Finding[];
}

/**
 * The findings, those with their cause marked that follow from another one, as their checks declare
 * it. Verdicts stay as they are: a consequence is as true as its cause.
 */
export function withCauses(
  findings: readonly Finding[],
  cards: readonly CheckCard[],
  policy: Policy,
): Finding[] {
  const origins = new Map(cards.map(({ id, consequenceOf = [] }) => [id, consequenceOf] as const));
  const faults = groupedBy(findings.filter(isFault), placeOf);
  return findings.map((finding) => {
    if (finding.cause !== undefined || !isFault(finding)) return finding;
    const { node } = finding;
    const causes = (origins.get(finding.check) ?? []).flatMap((origin) =>
      (faults.get(placeOf({ check: origin.check, node })) ?? []).filter((fault) =>
        isConcerned(fault, wantedSubject(finding, origin, policy)),
      ),
    );
    const cause = causes.find((fault) => fault !== finding);
    return cause === undefined ? finding : { ...finding, cause: causeOf(cause) };
  });
}

/**
 * The findings by what has to be mended, none lost: each below the first of its causes, which has
 * to stand among them, unwaived, and be no less grave than what follows from it.
 */
export function groupedByCause(findings: readonly Finding[]): CauseGroup[] {
  const standing = new Map<string, Finding>();
  for (const finding of findings.filter(stands)) {
    const key = keyOf(finding);
    if (!standing.has(key)) standing.set(key, finding);
  }
  const groups = groupedBy(findings, (finding) => rootOf(finding, standing));
  return [...groups].map(([root, members]) => {
    return { root, followers: members.filter((member) => member !== root) };
  });
}

/** Where no end is found, as two name each other, a finding is its own root. */
function rootOf(finding: Finding, standing: ReadonlyMap<string, Finding>): Finding {
  if (!stands(finding)) return finding;
  const passed = new Set([finding]);
  let root = finding;
  while (root.cause !== undefined) {
    const next = standing.get(keyOf(root.cause));
    if (next === undefined || gravityOf(next) < gravityOf(root)) return root;
    if (passed.has(next)) return finding;
    passed.add(next);
    root = next;
  }
  return root;
}

/** What people have to act on, the gravest last. */
const GRAVITY: readonly Finding['verdict'][] = ['warn', 'unknown', 'fail'];

function gravityOf({ verdict }: Finding): number {
  return GRAVITY.indexOf(verdict);
}

function isFault({ verdict }: Finding): boolean {
  return GRAVITY.includes(verdict);
}

function stands(finding: Finding): boolean {
  return isFault(finding) && !isWaived(finding);
}

function wantedSubject(finding: Finding, origin: Origin, policy: Policy): string | undefined {
  return origin.subject === undefined ? finding.subject : origin.subject(policy);
}

function isConcerned(fault: Finding, subject: string | undefined): boolean {
  return subject === undefined || fault.subject === undefined || fault.subject === subject;
}

function causeOf({ check, node, subject }: Finding): Cause {
  return subject === undefined ? { check, node } : { check, node, subject };
}

function placeOf({ check, node }: Pick<Finding, 'check' | 'node'>): string {
  return JSON.stringify([check, node]);
}

function keyOf({ check, node, subject }: Cause): string {
  return JSON.stringify([check, node, subject ?? null]);
}
