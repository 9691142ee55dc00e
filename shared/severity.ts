import type { Finding } from './check.ts';
import { globMatches } from './glob.ts';
import type { Policy } from './policy.ts';
import { type Applied, applyWaivers, type Waiver, type WaiverContext } from './waiver.ts';

/** The policy's word on how grave what a check finds is, by the check's id or a glob. */
export type Severities = Policy['severity'];

/**
 * The one place where the policy's severities and the waivers meet what the checks found: first how
 * grave it is, then who accepts it.
 */
export function settled(
  findings: readonly Finding[],
  { waivers, severities }: { waivers: readonly Waiver[]; severities: Severities },
  context: WaiverContext,
): Applied {
  const weighed = withSeverities(findings, severities);
  const applied = applyWaivers(weighed, waivers, context);
  return { findings: applied.findings, about: withSeverities(applied.about, severities) };
}

/** A `fail` or `warn` as grave as the policy has it, with what the check said; others stay. */
export function withSeverities(findings: readonly Finding[], severities: Severities): Finding[] {
  return findings.map((finding) => {
    const { verdict } = finding;
    if (verdict !== 'fail' && verdict !== 'warn') return finding;
    const pattern = patternFor(finding.check, severities);
    const wanted = pattern === undefined ? undefined : severities[pattern];
    if (pattern === undefined || wanted === undefined || wanted === verdict) return finding;
    return { ...finding, verdict: wanted, severity: { judged: verdict, pattern } };
  });
}

/** The id itself goes before every glob; of several globs the last one written counts. */
function patternFor(check: string, severities: Severities): string | undefined {
  if (Object.hasOwn(severities, check)) return check;
  return Object.keys(severities).findLast((pattern) => globMatches(pattern, check));
}
