import { answerOfAudit, evidenceCard, exitOfAnswer } from '../../shared/answer.ts';
import type { Check, Finding } from '../../shared/check.ts';
import type { ExitName } from '../../shared/exit.ts';
import type { Io } from '../../shared/io.ts';
import { deliver, type OutputChoice, planOutputs } from '../../shared/outputs.ts';
import type { Policy } from '../../shared/policy.ts';
import type { Report } from '../../shared/report.ts';
import { type Narrowing, narrow, type Selection } from '../../shared/selection.ts';
import {
  loadPolicyInForce,
  loadWaivers,
  openSource,
  type SourceOptions,
  takeReport,
} from '../source.ts';

export type AuditOptions = SourceOptions &
  OutputChoice &
  Selection & { waivers?: string; now?: string };

/** Judges this node alone. Reads only the sections that a check asked needs. */
export async function audit(options: AuditOptions, io: Io): Promise<ExitName> {
  const outputs = planOutputs(options);
  const { instantOf } = await import('../../shared/instant.ts');
  const now = instantOf(options.now, io);
  const { policy, rules, origin } = await loadPolicyInForce(options);
  const registry = await import('../../shared/checks/index.ts');
  const checks = [...registry.checks, ...rules];
  const { waiverCards } = await import('../../shared/waiver-findings.ts');
  const cards = [...checks, ...waiverCards, evidenceCard];
  const known = cards.map(({ id }) => id);
  const standing = waiverCards.map(({ id }) => id);
  const fixed = [evidenceCard.id];
  const narrowed = narrow(options, { known, asked: known, standing, fixed });
  const asked = checks.filter(({ id }) => !narrowed?.leftOut.includes(id));
  const source = await openSource(options, io);
  const sections = neededSections(asked);
  const report = await takeReport(source, { ...options, policyValue: policy, sections }, io);
  const findings = await judge(report, { checks: asked, policy, narrowed, options, now });
  const answer = answerOfAudit({
    node: report.node,
    collectedAt: report.collectedAt,
    policyOrigin: origin,
    ...(narrowed && { narrowed }),
    findings,
  });
  const exit = exitOfAnswer(answer, outputs.failOn);
  const whyOf = (id: string) => cards.find((one) => one.id === id)?.why;
  await deliver(answer, { outputs, whyOf }, io);
  return exit;
}

interface Judging {
  checks: readonly Check[];
  policy: Policy;
  narrowed: Narrowing | null;
  options: Pick<AuditOptions, 'waivers'>;
  now: Date;
}

async function judge(
  report: Report,
  { checks, policy, narrowed, options, now }: Judging,
): Promise<Finding[]> {
  const { judgeReport } = await import('../../shared/check.ts');
  const { settled } = await import('../../shared/severity.ts');
  const { waiversOfNode } = await import('../../shared/waiver.ts');
  const waivers = options.waivers === undefined ? [] : await loadWaivers(options.waivers);
  const ids = checks.map(({ id }) => id);
  const { findings, about } = settled(
    judgeReport(report, checks, policy),
    { waivers: waiversOfNode(waivers, report.node, ids), severities: policy.severity },
    // what a waiver covers may be among the checks left out: then it is not unused
    { now, unheard: narrowed === null ? [] : [report.node] },
  );
  return [...findings, ...about.filter(({ check }) => !narrowed?.leftOut.includes(check))];
}

function neededSections(checks: readonly Check[]): Check['needs'] {
  return [...new Set(checks.flatMap((check) => check.needs))];
}
