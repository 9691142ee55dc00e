import { type Judgement, judgeReport } from '../../../shared/check.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import type { Facts, Report } from '../../../shared/report.ts';
import { type Rule, ruleSchema } from '../../../shared/rule.ts';
import { compileRules } from '../../../shared/rules/compile.ts';

/** A rule that fails with "it is wrong" unless `that` holds. */
export function ruleThat(that: string, changes: Partial<Rule> = {}): Rule {
  return ruleSchema.parse({
    id: 'own',
    title: 'All is as we want it',
    message: 'it is wrong',
    remedy: 'mend it',
    that,
    ...changes,
  });
}

/** What a rule says of a report. */
export function verdictOf(rule: Rule, report: Report): Pick<Judgement, 'verdict' | 'message'> {
  const compiled = compileRules([rule]);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const [finding] = judgeReport(report, compiled.checks, defaultPolicy());
  if (finding === undefined) throw new Error('the rule said nothing');
  const { verdict, message } = finding;
  return { verdict, message };
}

/** What is wrong with an expression, with the offset; null when nothing is. */
export function problemOf(that: string): [offset: number, message: string] | null {
  const compiled = compileRules([ruleThat(that)]);
  if (compiled.ok) return null;
  const [{ offset, message }] = compiled.problems;
  return [offset, message];
}

/** A report of nothing but a `memory` and a `cpu` section with these flags. */
export function smallReport(flags: readonly string[] = ['vmx', 'lm']): Report {
  return {
    schema: 1,
    node: 'ganeti01.example.org',
    collectedAt: '2026-11-22T11:55:00.000Z',
    agent: { version: '0.1.0', privileged: true, origin: 'live' },
    tookMs: {},
    sections: {
      memory: {
        status: 'ok',
        facts: {
          totalBytes: 68_719_476_736,
          availableBytes: null,
          swapTotalBytes: 1_073_741_824,
          swapFreeBytes: null,
          hugepages: {
            status: 'failed',
            error: { kind: 'denied', message: 'not for you', source: '/sys' },
          },
          numaNodes: {
            status: 'ok',
            value: [
              { id: 0, totalBytes: 34_359_738_368, freeBytes: 1 },
              { id: 1, totalBytes: 34_359_738_368, freeBytes: 3 },
            ],
          },
        },
      },
      cpu: { status: 'ok', facts: cpuWith(flags) },
      time: {
        status: 'ok',
        facts: {
          synchronised: { status: 'ok', value: true },
          source: 'chrony',
          offsetMs: -1.5,
          timezone: 'Etc/UTC',
          clocksource: 'tsc',
        },
      },
      peers: { status: 'ok', facts: { probed: false } },
      lvm: { status: 'failed', error: { kind: 'timed_out', message: 'vgs hung', source: 'vgs' } },
    },
  };
}

function cpuWith(flags: readonly string[]): Facts['cpu'] {
  return {
    architecture: 'x86_64',
    kinds: [
      {
        cpus: [0, 1],
        vendor: 'GenuineIntel',
        family: 6,
        model: 85,
        stepping: 4,
        modelName: null,
        microcode: null,
        flags: [...flags],
        vmxFlags: null,
        bugs: [],
        physicalAddressBits: 46,
        virtualAddressBits: 48,
      },
    ],
    differences: [],
    flags: [...flags],
    vmxFlags: null,
    bugs: [],
    online: [0, 1],
    offline: [],
    present: [0, 1],
    smt: 'off',
    sockets: 1,
    cores: 2,
    vulnerabilities: { status: 'ok', value: { meltdown: 'Not affected' } },
  };
}
