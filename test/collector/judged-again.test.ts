import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgingAgain } from '../../collector/cluster/judging-again.ts';
import { viewOfFleet } from '../../collector/cluster-view.ts';
import { buildFleet, fleetNodes } from '../../collector/fleet.ts';
import { fleetJudge } from '../../collector/fleet-judge.ts';
import { standingsOf } from '../../collector/standings.ts';
import { pass } from '../../shared/judgement.ts';
import { policySchema } from '../../shared/policy.ts';
import type { Report } from '../../shared/report.ts';
import type { Waiver } from '../../shared/waiver.ts';
import { now, seedReport } from './seed-cluster.ts';

const HOUR_MS = 3_600_000;
const nodes = ['a', 'b', 'c', 'd'];

const reportArbitrary = fc
  .record({
    node: fc.constantFrom(...nodes, 'stranger'),
    bytes: fc.constantFrom(2 ** 34, 2 ** 36),
    kernel: fc.constantFrom('6.1.0', '5.10.0'),
    failed: fc.boolean(),
    ageMs: fc.integer({ min: 0, max: 3 * HOUR_MS }),
  })
  .map(({ node, bytes, kernel, failed, ageMs }): Report => {
    const report = seedReport(1, ({ memory, os }) => {
      memory.totalBytes = bytes;
      os.kernelRelease = kernel;
    });
    const error = { kind: 'denied', message: 'no', source: null } as const;
    const sections = failed
      ? { ...report.sections, names: { status: 'failed' as const, error } }
      : report.sections;
    return {
      ...report,
      node,
      sections,
      collectedAt: new Date(now.getTime() - ageMs).toISOString(),
    };
  });

const waiverArbitrary = fc.record({
  check: fc.constantFrom('os.*', 'memory.similar', 'kvm.*'),
  node: fc.constantFrom('*', 'a'),
  reason: fc.constant('known'),
  owner: fc.constant('ops'),
  expires: fc.constantFrom('2026-03-01T04:00:00Z', '2027-01-01T00:00:00Z'),
}) satisfies fc.Arbitrary<Waiver>;

const stepArbitrary = fc.oneof(
  reportArbitrary.map((report) => ({ report })),
  reportArbitrary.map((report) => ({ report })),
  fc.array(waiverArbitrary, { maxLength: 2 }).map((waivers) => ({ waivers })),
  fc.integer({ min: 1, max: 2 * HOUR_MS }).map((laterMs) => ({ laterMs })),
);

const policies = [
  {},
  { nodes: nodes.map((name) => ({ name })) },
  { severity: { 'os.*': 'fail' as const, 'memory.*': 'warn' as const } },
];

test('a cluster judged again after each change is as if it were judged afresh', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...policies),
      fc.array(stepArbitrary, { minLength: 2, maxLength: 8 }),
      async (written, steps) => {
        const policy = policySchema.parse(written);
        const judge = fleetJudge({ policy, rules: [] });
        const reports = new Map<string, Report>();
        let [waivers, at]: [Waiver[], Date] = [[], now];
        for (const step of steps) {
          if ('report' in step) reports.set(step.report.node, step.report);
          if ('waivers' in step) waivers = step.waivers;
          if ('laterMs' in step) at = new Date(at.getTime() + step.laterMs);
          const input = { cluster: 'c1', reports: [...reports.values()], waivers, now: at };
          const again = await judge.judge(input);
          const afresh = buildFleet(structuredClone({ ...input, policy, rules: [] }));
          expect(again).toEqual(afresh);
          expect(viewOfFleet(again)).toEqual(viewOfFleet(afresh));
          expect(standingsOf(again)).toEqual(standingsOf(afresh));
        }
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);

test('a question across nodes is asked again only when what it needs changed', () => {
  const policy = policySchema.parse({});
  const asked: string[] = [];
  const checkOf = (id: string, needs: ('os' | 'memory')[]) => ({
    ...{ id, title: id, why: '', rules: [], needs },
    judge: () => {
      asked.push(id);
      return [pass('fine')];
    },
  });
  const checks = [checkOf('x.os', ['os']), checkOf('x.memory', ['memory']), checkOf('x.none', [])];
  const again = judgingAgain(policy);
  const reports = ['a', 'b'].map((node): Report => ({ ...seedReport(1), node }));
  const askedOf = (given: Report[], at = now) => {
    asked.length = 0;
    const members = fleetNodes({ cluster: 'c', reports: given, policy, now: at, judge: () => [] });
    const pending = again.pending(members, checks).map(({ id }) => id);
    again.judge(members, checks);
    // of silent nodes nothing is asked, and all is unknown
    expect(asked).toEqual(at === now ? pending : []);
    return pending;
  };

  expect(askedOf(reports)).toEqual(['x.os', 'x.memory', 'x.none']);
  expect(askedOf(reports)).toEqual([]);
  const [first, second] = reports as [Report, Report];
  const { os } = first.sections;
  const changed = { ...first, sections: { ...first.sections, os: structuredClone(os) } };
  expect(askedOf([{ ...first }, second])).toEqual([]);
  expect(askedOf([changed, second])).toEqual(['x.os']);
  expect(askedOf([changed])).toEqual(['x.os', 'x.memory', 'x.none']);
  const later = new Date(now.getTime() + 24 * HOUR_MS);
  expect(askedOf([changed], later)).toEqual(['x.os', 'x.memory', 'x.none']);
});
