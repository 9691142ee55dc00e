import { withCauses } from './causes.ts';
import { MissingEvidence, unknownBecause } from './evidence.ts';
import type { Policy } from './policy.ts';
import type { Facts, Report, Section } from './report.ts';

export const verdicts = ['pass', 'warn', 'fail', 'unknown', 'skip'] as const;

/** `unknown`: could not tell. `skip`: the question does not apply, and the message says why. */
export type Verdict = (typeof verdicts)[number];

/** What a check says of one subject. Messages: found, expected, with values and units. */
export interface Judgement {
  verdict: Verdict;
  /** one or two sentences: what was found, what was expected */
  message: string;
  /** what to do about it; expected on warn and fail */
  remedy?: string;
  /** the bridge, VG, name … when a check judges several; stable, as it identifies the finding */
  subject?: string;
  /** what this only follows from, where the check itself can tell; else its card declares it */
  cause?: Cause;
}

/** The finding that another one follows from: when it is mended, both are. */
export interface Cause {
  check: string;
  node: string | null;
  subject?: string;
}

/** A check that explains what another one finds on the same node, when both find fault. */
export interface Origin {
  check: string;
  /** which of its subjects it is; when not told, that of the same name where both have one */
  subject?(policy: Policy): string;
}

/** Who accepts a finding for now, why, and until when (a UTC instant, as ISO 8601 text). */
export interface Waived {
  reason: string;
  owner: string;
  expires: string;
}

/** What a check said before the policy's severity changed it, and the key that did. */
export interface Override {
  judged: 'fail' | 'warn';
  pattern: string;
}

/** One check's verdict on one node (or on the cluster: node null), with its message. */
export interface Finding extends Judgement {
  check: string;
  title: string;
  node: string | null;
  /** the policy makes the finding more or less grave than the check has it */
  severity?: Override;
  /** a waiver applies: the verdict stands and is shown, but decides nothing */
  waived?: Waived;
}

/** Whether a waiver sets the finding aside; what is unknown is never set aside. */
export function isWaived({ verdict, waived }: Pick<Finding, 'verdict' | 'waived'>): boolean {
  return waived !== undefined && verdict !== 'unknown';
}

/** The facts a check declared, and only these. */
export type Needed<S extends Section> = Pick<Facts, S>;

/** When the facts were read: the UTC instant by which their ages are judged. */
export interface Taken {
  collectedAt: string;
}

/** What every check tells of itself, on one node or across nodes. */
export interface CheckCard {
  /** `<group>.<noun>`, the group being its file's name; for ever */
  id: string;
  title: string;
  /** why it matters, for `checks explain` */
  why: string;
  /** the rules of RULES.md it covers */
  rules: string[];
  /** what its findings may only follow from; of several that find fault the first is the cause */
  consequenceOf?: readonly Origin[];
}

export interface Check extends CheckCard {
  needs: Section[];
  /** a needed section that is missing makes it unknown only once `judge` reads it */
  readsAsNeeded?: true;
  judge(facts: Facts & Taken, policy: Policy, node: string): Judgement | Judgement[];
}

/** A check whose `judge` sees just the sections it needs; the engine makes the rest `unknown`. */
export function defineCheck<const S extends Section>(
  check: CheckCard & {
    needs: readonly S[];
    readsAsNeeded?: true;
    judge(facts: Needed<S> & Taken, policy: Policy, node: string): Judgement | Judgement[];
  },
): Check {
  return { ...check, needs: [...check.needs] };
}

/** The findings of all `checks` on one report; a throw is that check's `unknown` and no other's. */
export function judgeReport(report: Report, checks: readonly Check[], policy: Policy): Finding[] {
  const findings = checks.flatMap((check) =>
    judgeCheck(report, check, policy).map((judgement) => ({
      check: check.id,
      title: check.title,
      node: report.node,
      ...judgement,
    })),
  );
  return withCauses(findings, checks, policy);
}

function judgeCheck(report: Report, check: Check, policy: Policy): Judgement[] {
  const missing = check.needs.flatMap((section) => missingSection(report, section));
  if (missing.length > 0 && !check.readsAsNeeded)
    return [{ verdict: 'unknown', message: missing.join('; '), ...asRoot(report, check) }];
  try {
    const judged = check.judge(factsOf(report, check.needs), policy, report.node);
    const list = Array.isArray(judged) ? judged : [judged];
    if (list.length === 0) throw new Error('the check gave no verdict');
    return list;
  } catch (error) {
    return [{ verdict: 'unknown', message: reasonOf(error), ...asRoot(report, check) }];
  }
}

/** What was denied to an agent without privileges is told to one that has them. */
function asRoot({ agent, sections }: Report, { needs }: Check): Pick<Judgement, 'remedy'> {
  const denied = needs.some((section) => {
    const outcome = sections[section];
    return outcome?.status === 'failed' && outcome.error.kind === 'denied';
  });
  return denied && !agent.privileged ? { remedy: RUN_AS_ROOT } : {};
}

const RUN_AS_ROOT = 'run the agent as root: what it reads for this was denied to it';

function missingSection(report: Report, section: Section): string[] {
  const outcome = report.sections[section];
  if (outcome === undefined) return [`the report has no section "${section}"`];
  return outcome.status === 'ok' ? [] : [`section "${section}" failed: ${outcome.error.message}`];
}

/** Facts that are not there are no `undefined`: to read them ends the check as `unknown`. */
function factsOf(report: Report, needs: readonly Section[]): Facts & Taken {
  const facts = { collectedAt: report.collectedAt };
  for (const section of needs) {
    const outcome = report.sections[section];
    const get = () =>
      outcome?.status === 'ok'
        ? outcome.facts
        : unknownBecause(missingSection(report, section).join());
    Object.defineProperty(facts, section, { enumerable: true, get });
  }
  return facts as Facts & Taken;
}

function reasonOf(error: unknown): string {
  if (error instanceof MissingEvidence) return error.message;
  return `the check itself failed: ${error instanceof Error ? error.message : String(error)}`;
}
