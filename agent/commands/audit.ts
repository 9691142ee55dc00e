import { answerOfAudit, exitOfAnswer } from '../../shared/answer.ts';
import type { Check } from '../../shared/check.ts';
import type { ExitName } from '../../shared/exit.ts';
import type { Io } from '../../shared/io.ts';
import { deliver, type OutputChoice, planOutputs } from '../../shared/outputs.ts';
import { loadPolicy, loadWaivers, openSource, type SourceOptions, takeReport } from '../source.ts';

export type AuditOptions = SourceOptions & OutputChoice & { waivers?: string };

/** Judges this node alone. Reads only the sections that a check needs. */
export async function audit(options: AuditOptions, io: Io): Promise<ExitName> {
  const outputs = planOutputs(options);
  const { checks } = await import('../../shared/checks/index.ts');
  const { judgeReport } = await import('../../shared/check.ts');
  const { applyWaivers, waiversOfNode } = await import('../../shared/waiver.ts');
  const { waiverCards } = await import('../../shared/waiver-findings.ts');
  const { policy, origin } = await loadPolicy(options);
  const waivers = options.waivers === undefined ? [] : await loadWaivers(options.waivers);
  const source = await openSource(options, io);
  const sections = neededSections(checks);
  const report = await takeReport(source, { ...options, policyValue: policy, sections }, io);
  const ids = checks.map(({ id }) => id);
  const { findings, about } = applyWaivers(
    judgeReport(report, checks, policy),
    waiversOfNode(waivers, report.node, ids),
    { now: io.now() },
  );
  const answer = answerOfAudit({
    node: report.node,
    collectedAt: report.collectedAt,
    policyOrigin: origin,
    findings: [...findings, ...about],
  });
  const exit = exitOfAnswer(answer, outputs.failOn);
  const whyOf = (id: string) => [...checks, ...waiverCards].find((one) => one.id === id)?.why;
  await deliver(answer, { outputs, whyOf }, io);
  return exit;
}

function neededSections(checks: readonly Check[]): Check['needs'] {
  return [...new Set(checks.flatMap((check) => check.needs))];
}
