import { known } from '../../../shared/evidence.ts';
import type { LastVerify } from '../../../shared/facts/ganeti.ts';
import type { VerifyFinding } from '../../../shared/ganeti-verify.ts';
import { fail, pass, unknown } from '../../../shared/judgement.ts';
import { formatDuration } from '../../../shared/units.ts';
import { counted, listed } from '../../../shared/wording.ts';
import type { ClusterJudgement } from '../cluster-check.ts';
import { withCode } from '../ganeti/verify-codes.ts';
import type { Maintenance, MaintenanceCheck } from './maintenance-check.ts';
import { reading } from './view-node.ts';

/** What Ganeti itself found, just before. */
export const verifyChecks: MaintenanceCheck[] = [
  {
    id: 'maintenance.verify',
    title: 'A fresh and whole gnt-cluster verify without errors or degraded disks',
    why:
      'The exit status of verify is not enough: a degraded disk, or two versions of DRBD, are ' +
      'warnings to it and exit 0, and they decide here.',
    rules: ['GATE-01'],
    judge: judgeVerify,
  },
];

const RUN = 'gnt-cluster verify --error-codes';

function judgeVerify(maintenance: Maintenance): ClusterJudgement[] {
  const run = reading(() => known(maintenance.view.master.lastVerify));
  if (run.status === 'failed') return [unknown(run.error.message, RUN)];
  if (run.value === null) return [unknown('no gnt-cluster verify among the jobs', RUN)];
  const faults = [...runFaults(run.value, maintenance), ...findingFaults(run.value)];
  if (faults.length > 0) return faults;
  const count = run.value.findings.length;
  return [pass(count === 0 ? 'it found nothing' : `${counted(count, 'warning')} without weight`)];
}

/** Clocks of healthy nodes differ by less; Ganeti itself refuses 150 s. */
const FUTURE_TOLERATED_MS = 5 * 60_000;

/** As old as a report may be: a maintenance is decided on what is, and not on what was. */
function runFaults(last: LastVerify, { policy, now, view }: Maintenance): ClusterJudgement[] {
  if (last.endedAt === null) return [unknown('the last verify has not ended', 'gnt-job list')];
  const ageMs = now.getTime() - Date.parse(last.endedAt);
  const limitMs = policy.thresholds.maximumAge;
  const limit = formatDuration(limitMs);
  const age = formatDuration(ageMs);
  const told = last.findings.some(({ severity }) => severity === 'error');
  // the job of the command, that of the configuration, and one for each group
  const jobs = 2 + view.config.groups.length;
  return [
    ...(ageMs > limitMs
      ? [unknown(`the last verify ended ${age} ago, expected ${limit} at most`, RUN)]
      : []),
    ...(ageMs < -FUTURE_TOLERATED_MS
      ? [unknown(`the last verify ended at ${last.endedAt}, which is yet to come`, RUN)]
      : []),
    ...(last.ok === null ? [unknown('how the last verify ended is not known', RUN)] : []),
    ...(last.ok === false && !told
      ? [fail('the last verify failed without telling why', RUN)]
      : []),
    ...(last.jobIds.length < jobs
      ? [unknown('the last verify was not of the configuration and of all node groups', RUN)]
      : []),
    ...(last.skippedChecks.length > 0
      ? [unknown(`the last verify left out ${listed(last.skippedChecks)}`, RUN)]
      : []),
  ];
}

function findingFaults(last: LastVerify): ClusterJudgement[] {
  const { ignoredErrors } = last;
  const findings = last.findings.map(withCode);
  const grave = findings.filter(
    ({ severity, code }) =>
      severity === 'error' || (code !== null && (weighs(code) || ignoredErrors.includes(code))),
  );
  const codes = [...new Set(grave.map(({ code }) => code))];
  const faults = codes.map((code) => {
    const own = grave.filter((one) => one.code === code);
    const [first] = own;
    const more = own.length > 1 ? `, and ${own.length - 1} more like it` : '';
    const about = first?.name ? ` (${first.name})` : '';
    const said = `${code ?? 'an error'}${about}: ${(first?.message ?? '').slice(0, TEXT_MAX)}`;
    const message = `verify: ${said}${more}; expected none`;
    return {
      ...fail(message, `mend it, then ${RUN}; or waive it by this code`),
      subject: code === null ? 'ganeti.verify' : `ganeti.${code}`,
    };
  });
  return [...faults, ...unweighed(findings)];
}

/** A degraded disk is a mere warning, and without its code it may be that. */
function unweighed(findings: readonly VerifyFinding[]): ClusterJudgement[] {
  const bare = findings.filter(
    ({ severity, code, kind }) => severity === 'warning' && code === null && kind !== null,
  );
  const [first] = bare;
  if (first === undefined) return [];
  const said = first.message.slice(0, TEXT_MAX);
  const count = counted(bare.length, 'warning');
  return [
    unknown(`verify ran without codes, and how grave ${count} may be is not known: ${said}`, RUN),
  ];
}

const TEXT_MAX = 160;

/** Codes that are often mere warnings, and of which a maintenance makes an outage. */
const WEIGHTY = new Set([
  ...['EINSTANCEFAULTYDISK', 'ENODENET'],
  ...['ENODEDRBD', 'ENODEDRBDHELPER', 'ENODEDRBDVERSION'],
]);

function weighs(code: string): boolean {
  return WEIGHTY.has(code);
}
