import type { Answer, Audit } from '../answer.ts';
import { type Finding, isWaived } from '../check.ts';
import type { GateNode, GateResult } from '../gate.ts';
import { formatDuration } from '../units.ts';
import { listed } from '../wording.ts';
import { type Counts, countsOf, tally, troubles } from './counts.ts';
import { foldCauses } from './folding.ts';
import { leftOutClause, narrowedWord } from './headline.ts';
import { findingLines, type LineOptions } from './lines.ts';
import { stateWord } from './paint.ts';
import { planLines } from './plan.ts';
import { visible } from './safe.ts';

export interface TextOptions {
  /** passes and skips too, and why each check matters */
  verbose: boolean;
  color: boolean;
  /** only the answer, and the findings that make it what it is */
  quiet?: boolean;
  /** warnings decide too */
  failOn?: 'fail' | 'warn';
  /** why a check matters, asked only when verbose */
  why?: (check: string) => string | undefined;
}

/** An answer as people read it on a terminal. */
export function renderText(answer: Answer, options: TextOptions): string {
  return answer.kind === 'gate'
    ? renderGate(answer, options)
    : renderAudit({ ...answer, ...options });
}

/** An audit as people read it: the answer first, then what is wrong, then the rest as counts. */
export function renderAudit(audit: Audit & TextOptions): string {
  const counts = countsOf(audit.findings);
  const worst = (['fail', 'unknown', 'warn'] as const).find((verdict) => counts[verdict] > 0);
  // Of a node that nothing was asked about, nothing is known.
  const answer = worst ?? (audit.findings.length > 0 ? 'pass' : 'unknown');
  const state = stateWord(answer, 0, audit.color);
  const name = `node ${visible(audit.node)}${narrowedWord(audit.narrowed)}`;
  const head = `${state}  ${name}: ${troubles(counts)}`;
  const origin = `facts of ${audit.collectedAt}; policy: ${visible(audit.policyOrigin)}`;
  if (audit.quiet) return page(head, [], [body(audit.findings, [audit.node], audit)]);
  const told = foot({ ...audit, counts }, audit, origin);
  return page(head, [], [body(audit.findings, [audit.node], audit), told]);
}

/** A gate's answer as people read it: its state first, then what decides it. */
export function renderGate(result: GateResult, options: TextOptions): string {
  const { counts = countsOf(result.findings) } = result;
  const state = stateWord(result.state, 0, options.color);
  const topic = `gate ${result.gate}${narrowedWord(result.narrowed)}`;
  const name = `${topic}, cluster ${visible(result.cluster)}`;
  const members = result.nodes.filter((node) => node.expected);
  const names = members.map(({ node }) => node);
  const head = `${state}  ${name}: ${troubles(counts)}`;
  if (options.quiet) return page(head, [], [body(result.findings, names, options)]);
  return page(
    head,
    [result.title, visible(facts(members))],
    [
      body(result.findings, names, options),
      planLines(result.plan),
      foot({ ...result, counts }, options, oldest(members)),
    ],
  );
}

function page(head: string, below: string[], paragraphs: string[][]): string {
  const blocks = [[head, ...below.map((line) => `    ${line}`)], ...paragraphs];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function body(findings: readonly Finding[], members: string[], options: TextOptions): string[] {
  const shown = options.quiet
    ? findings.filter((finding) => decides(finding, options))
    : findings.filter((finding) => options.verbose || isTrouble(finding));
  const { color, verbose: whole } = options;
  const lineOptions: LineOptions = { color, members, whole };
  if (options.verbose && options.why) lineOptions.why = options.why;
  return findingLines(foldCauses(shown), lineOptions);
}

function foot(
  { counts, narrowed }: Pick<Audit, 'narrowed'> & { counts: Counts },
  { verbose }: TextOptions,
  basis: string,
): string[] {
  const hidden = !verbose && counts.pass + counts.skip > 0 ? ' (-v shows them)' : '';
  const leftOut = verbose ? (narrowed?.leftOut ?? []) : [];
  return [
    `${tally(counts)}${hidden}${leftOutClause(narrowed)}; ${basis}`,
    ...(leftOut.length > 0 ? [`left out: ${leftOut.join(', ')}`] : []),
  ];
}

/** What is waived is said aloud, but decides nothing. */
function decides(finding: Finding, { failOn }: TextOptions): boolean {
  if (isWaived(finding)) return false;
  const { verdict } = finding;
  return verdict === 'fail' || verdict === 'unknown' || (verdict === 'warn' && failOn === 'warn');
}

function isTrouble({ verdict }: Finding): boolean {
  return verdict === 'fail' || verdict === 'unknown' || verdict === 'warn';
}

/** Whose facts the answer rests on, and whose it lacks. */
function facts(members: readonly GateNode[]): string {
  const names = members.filter((node) => node.freshness === 'fresh').map(({ node }) => node);
  const lacking = members.filter((node) => node.freshness !== 'fresh');
  const known = names.length === 0 ? 'facts of no node' : `facts of ${listed(names)}`;
  if (lacking.length === 0) return known;
  return `${known}; without ${listed(lacking.map((one) => `${one.node} (${one.freshness})`))}`;
}

/** The oldest facts that the answer rests on. */
function oldest(members: readonly GateNode[]): string {
  const ages = members.flatMap(({ node, freshness, ageMs }) =>
    freshness === 'fresh' && ageMs !== null ? [{ node, ageMs: Math.max(0, ageMs) }] : [],
  );
  const [first] = ages.sort((a, b) => b.ageMs - a.ageMs);
  if (first === undefined) return 'no fresh facts';
  return `oldest facts ${formatDuration(first.ageMs)} old (${visible(first.node)})`;
}
