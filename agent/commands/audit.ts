import type { Check } from '../../shared/check.ts';
import { type ExitName, exitOfFindings } from '../../shared/exit.ts';
import { type Io, wantsColor } from '../../shared/io.ts';
import { loadPolicy, openSource, type SourceOptions, takeReport } from '../source.ts';

export interface AuditOptions extends SourceOptions {
  format: 'text' | 'json';
  failOn: 'fail' | 'warn';
  color: 'auto' | 'always' | 'never';
  verbose: boolean;
}

/** Judges this node alone. Reads only the sections that a check needs. */
export async function audit(options: AuditOptions, io: Io): Promise<ExitName> {
  const { checks } = await import('../../shared/checks/index.ts');
  const { judgeReport } = await import('../../shared/check.ts');
  const { policy, origin } = await loadPolicy(options);
  const source = await openSource(options, io);
  const sections = neededSections(checks);
  const report = await takeReport(source, { ...options, policyValue: policy, sections }, io);
  const findings = judgeReport(report, checks, policy);
  const exit = exitOfFindings(findings, options.failOn);
  const result = {
    node: report.node,
    collectedAt: report.collectedAt,
    policyOrigin: origin,
    findings,
  };
  if (options.format === 'json') {
    const { renderAuditJson } = await import('../../shared/render/json.ts');
    io.out(renderAuditJson(result));
  } else {
    const { renderAudit } = await import('../../shared/render/text.ts');
    const color = wantsColor(options.color, io);
    const why = (id: string) => checks.find((check) => check.id === id)?.why;
    io.out(renderAudit({ ...result, verbose: options.verbose, color, why }));
  }
  return exit;
}

function neededSections(checks: readonly Check[]): Check['needs'] {
  return [...new Set(checks.flatMap((check) => check.needs))];
}
