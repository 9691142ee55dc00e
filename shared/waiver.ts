import { z } from 'zod';
import type { Finding, Verdict, Waived } from './check.ts';
import { fingerprintOf } from './fingerprint.ts';
import { globMatches } from './glob.ts';
import { groupedBy } from './grouping.ts';
import {
  expiredFinding,
  inOrder,
  lapsedFinding,
  unknownFinding,
  unusedFinding,
} from './waiver-findings.ts';

const WORDS_MAX = 1000;
const FINGERPRINT = 'expected a fingerprint such as v1-0123456789abcdef';
// A date ends at another moment in each time zone; an instant does not.
const EXPIRES =
  'expected a UTC instant such as 2027-01-31T00:00:00Z; a date alone leaves open when it ends';

const TROUBLES: ReadonlySet<Verdict> = new Set(['fail', 'warn', 'unknown']);

/** A recorded acceptance of findings: which, why, by whom, until when. */
export const waiverSchema = z.strictObject({
  check: words('expected the id of a check, or a glob such as "storage.*"'),
  node: words('expected the name of a node, or a glob such as "*.example.org"')
    .optional()
    .describe('without it: only what is found of the cluster as a whole'),
  subject: words('expected the bridge, volume group … that the finding names').optional(),
  verdict: z
    .enum(['warn', 'fail'], 'expected "warn" or "fail"')
    .optional()
    .describe('the worst that is accepted; without it: fail'),
  reason: words('expected the reason, in words'),
  owner: words('expected who answers for it'),
  expires: z.iso.datetime(EXPIRES).describe('UTC instant from which on it no longer holds'),
  fingerprint: z
    .string(FINGERPRINT)
    .regex(/^v1-[0-9a-f]{16}$/, FINGERPRINT)
    .optional()
    .describe('binds it to the evidence: it lapses when verdict or message change'),
});

export type Waiver = z.infer<typeof waiverSchema>;

/** When the waivers are asked, and of whom nothing could be found. */
export interface WaiverContext {
  now: Date;
  /** nodes without a fresh report: what is waived of them rests, and is not called unused */
  unheard?: readonly string[];
}

/** The findings as they were, in their order, some of them waived; and what is wrong of waivers. */
export interface Applied {
  findings: Finding[];
  about: Finding[];
}

/** Marks what is waived at `now`; the same whatever the order of the waivers. */
export function applyWaivers(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  context: WaiverContext,
): Applied {
  const accepted = new Map<Finding, Waiver>();
  const about: Finding[] = [];
  // Most waivers name one check of many: the findings of the others need not be looked at.
  const byCheck = [...groupedBy(findings, ({ check }) => check)];
  for (const waiver of waivers) {
    const asked = byCheck.flatMap(([check, of]) => (globMatches(waiver.check, check) ? of : []));
    const outcome = outcomeOf(waiver, asked, context);
    for (const finding of outcome.accepted) {
      const other = accepted.get(finding);
      if (other === undefined || holdsOver(waiver, other)) accepted.set(finding, waiver);
    }
    about.push(...outcome.about);
  }
  return {
    findings: findings.map((finding) => {
      const waiver = accepted.get(finding);
      return waiver === undefined ? finding : { ...finding, waived: waivedBy(waiver) };
    }),
    about: inOrder(about),
  };
}

/** The waivers that can concern what `checks` find on one node. */
export function waiversOfNode(
  waivers: readonly Waiver[],
  node: string,
  checks: readonly string[],
): Waiver[] {
  return waivers.filter(
    (waiver) =>
      waiver.node !== undefined &&
      globMatches(waiver.node, node) &&
      checks.some((check) => globMatches(waiver.check, check)),
  );
}

/** Whether the waiver has ended; at the very instant it has. */
export function isExpired(waiver: Pick<Waiver, 'expires'>, now: Date): boolean {
  return Date.parse(waiver.expires) <= now.getTime();
}

/** Whether the waiver names this finding, whatever its verdict and evidence. */
export function concerns(
  { check, node, subject }: Pick<Waiver, 'check' | 'node' | 'subject'>,
  finding: Finding,
): boolean {
  if (!globMatches(check, finding.check) || !coversNode(node, finding.node)) return false;
  // An unknown without a subject stands for all of them.
  const whole = finding.verdict === 'unknown' && finding.subject === undefined;
  return subject === undefined || whole || subject === finding.subject;
}

function coversNode(pattern: string | undefined, node: string | null): boolean {
  if (pattern === undefined || node === null) return pattern === undefined && node === null;
  return globMatches(pattern, node);
}

function outcomeOf(
  waiver: Waiver,
  findings: readonly Finding[],
  context: WaiverContext,
): { accepted: Finding[]; about: Finding[] } {
  if (isExpired(waiver, context.now)) return { accepted: [], about: [expiredFinding(waiver)] };
  const troubles = findings.filter((one) => TROUBLES.has(one.verdict) && concerns(waiver, one));
  const wrong = troubles.filter(({ verdict }) => verdict !== 'unknown');
  const accepted = wrong.filter((finding) => accepts(waiver, finding));
  // Of all that its names cover, a bound waiver means the one thing it was bound to.
  if (waiver.fingerprint !== undefined && accepted.length > 0) return { accepted, about: [] };
  const refused = wrong.filter((finding) => !accepts(waiver, finding));
  const unknown = troubles.filter(({ verdict }) => verdict === 'unknown');
  const about = [
    ...(refused.length > 0 ? [lapsedFinding(waiver, refused)] : []),
    ...(unknown.length > 0 ? [unknownFinding(waiver, unknown)] : []),
  ];
  if (troubles.length > 0 || rests(waiver, findings, context)) return { accepted, about };
  const exists = findings.some((finding) => concerns(waiver, finding));
  return { accepted, about: [unusedFinding(waiver, exists)] };
}

function accepts({ verdict, fingerprint }: Waiver, finding: Finding): boolean {
  if (verdict === 'warn' && finding.verdict === 'fail') return false;
  return fingerprint === undefined || fingerprint === fingerprintOf(finding);
}

/** What it covers may exist and could not be found: on a silent node, or by a check left open. */
function rests(
  { node }: Waiver,
  findings: readonly Finding[],
  { unheard = [] }: WaiverContext,
): boolean {
  if (node === undefined) return false;
  return (
    unheard.some((silent) => globMatches(node, silent)) ||
    findings.some((finding) => finding.node === null && finding.verdict === 'unknown')
  );
}

/** Of two for one finding the longer counts; of two as long always the same one. */
function holdsOver(waiver: Waiver, other: Waiver): boolean {
  const longerMs = Date.parse(waiver.expires) - Date.parse(other.expires);
  return longerMs > 0 || (longerMs === 0 && orderOf(waiver) < orderOf(other));
}

function orderOf({ owner, reason, expires }: Waiver): string {
  return JSON.stringify([owner, reason, expires]);
}

function waivedBy({ reason, owner, expires }: Waiver): Waived {
  return { reason, owner, expires };
}

function words(expected: string) {
  return z
    .string(expected)
    .max(WORDS_MAX)
    .refine((text) => text.trim() !== '', expected);
}
