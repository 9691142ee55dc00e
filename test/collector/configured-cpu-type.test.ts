import { expect, test } from 'vitest';
import { configuredCpuType } from '../../collector/configured-cpu-type.ts';
import { buildFleet } from '../../collector/fleet.ts';
import type { Membership } from '../../shared/facts/ganeti.ts';
import type { Report } from '../../shared/report.ts';
import { sampleMembership } from '../sample-ganeti.ts';
import { failed, ok, samplePolicy, sampleReport } from '../sample-report.ts';

const now = new Date('2026-11-22T12:00:00Z');
const policy = samplePolicy({ hvparams: { cpu_type: 'Planned' } });

/** A node's report that knows the running cluster, whose `cpu_type` is set to this. */
function member(number: number, cpuType: string | undefined, change?: (one: Membership) => void) {
  const membership = sampleMembership(number, change);
  const { master, ssconf } = membership;
  const set = cpuType === undefined ? {} : { cpu_type: cpuType };
  ssconf.hvparamsKvm = null;
  if (master?.config.status === 'ok') master.config.value.cluster.hvparams.kvm = set;
  const report = sampleReport({ node: `ganeti0${number}.example.org` });
  report.sections.ganeti = {
    status: 'ok',
    facts: { release: ok('3.0.2'), membership: ok(membership) },
  };
  return report;
}

const bare = sampleReport();
const old = (report: Report) => ({ ...report, collectedAt: '2026-11-01T00:00:00.000Z' });
const unread = (one: Membership) => {
  if (one.master) one.master.config = failed('denied', 'no');
};

test.each<[string, Report[], [string | null, 'master' | 'policy']]>([
  ['no cluster yet: the plan', [bare], ['Planned', 'policy']],
  ['the master, with plain commas', [member(1, 'A\\,+b\\,enforce')], ['A,+b,enforce', 'master']],
  ['the master, not its candidates', [member(2, 'B'), member(1, 'A')], ['A', 'master']],
  ['a master that sets none', [member(1, undefined)], [null, 'master']],
  ['a master that sets an empty one', [member(1, '')], [null, 'master']],
  ['a master that fell silent', [old(member(1, 'A'))], ['Planned', 'policy']],
  ['a master whose configuration is not known', [member(1, 'A', unread)], ['Planned', 'policy']],
  [
    'a stranger that calls itself master',
    [{ ...member(1, 'A'), node: 'x' }],
    ['Planned', 'policy'],
  ],
])('%s', (_, reports, [cpuType, source]) => {
  const fleet = buildFleet({ cluster: 'c1', policy, reports, now });
  expect(configuredCpuType(fleet)).toEqual({ cpuType, source });
});
