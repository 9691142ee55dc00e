import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding, Verdict } from '../../shared/check.ts';
import { exitOfFindings } from '../../shared/exit.ts';
import { fingerprintOf } from '../../shared/fingerprint.ts';
import { applyWaivers, type Waiver } from '../../shared/waiver.ts';
import { expires, finding, now, waiverOfCluster } from './sample-waivers.ts';

describe('whatever the findings and the waivers', () => {
  const check = fc.constantFrom('storage.size', 'storage.free', 'os.kernel');
  const node = fc.constantFrom('n1', 'n2');
  const subject = fc.constantFrom('br0', 'br1');
  const findings = fc.array(
    fc
      .record({
        check,
        node: fc.option(node),
        subject: fc.option(subject, { nil: undefined }),
        verdict: fc.constantFrom<Verdict>('pass', 'warn', 'fail', 'unknown', 'skip'),
        message: fc.constantFrom('one', 'two'),
      })
      .map(({ subject: given, ...rest }) =>
        finding({ ...rest, ...(given === undefined ? {} : { subject: given }) }),
      ),
    { maxLength: 8 },
  );
  const waivers = fc.array(
    fc
      .record(
        {
          check: fc.oneof(check, fc.constantFrom('storage.*', '*', 'os.?', 'storage')),
          node: fc.oneof(node, fc.constantFrom('*', 'n?', 'n')),
          subject,
          owner: fc.constantFrom('anna', 'bert'),
          verdict: fc.constantFrom('warn' as const, 'fail' as const),
          expires: fc.constantFrom(expires, '2026-04-30T00:00:00Z', now.toISOString()),
          fingerprint: fc.constantFrom('v1-0000000000000000', fingerprintOf(finding())),
        },
        { requiredKeys: ['check', 'expires'] },
      )
      .map((given): Waiver => ({ ...waiverOfCluster(), ...given })),
    { maxLength: 5 },
  );

  test('the order of the waivers changes nothing', () => {
    fc.assert(
      fc.property(findings, waivers, fc.nat(), (found, all, turn) => {
        const at = turn % (all.length + 1);
        const turned = [...all.slice(at), ...all.slice(0, at)].toReversed();
        expect(applyWaivers(found, turned, { now })).toEqual(applyWaivers(found, all, { now }));
      }),
    );
  });

  test('only a fail or warn that a standing waiver names is set aside, all else stays', () => {
    fc.assert(
      fc.property(findings, waivers, (found, all) => {
        const applied = applyWaivers(found, all, { now }).findings;
        expect(applied.map(({ waived: _, ...rest }) => rest)).toEqual(found);
        for (const one of applied.filter(({ waived }) => waived !== undefined)) {
          expect(['fail', 'warn']).toContain(one.verdict);
          expect(all.filter((each) => namedBy(each, one))).not.toEqual([]);
        }
        const bare = found.filter((one) => !all.some((each) => namedBy(each, one)));
        if (bare.some(({ verdict }) => verdict === 'fail')) {
          expect(exitOfFindings(applied, 'fail')).toBe('closed');
        }
      }),
    );
  });
});

/** Said anew and by other means: regular expressions instead of the globs' own code. */
function namedBy(one: Waiver, { check, node, subject }: Finding): boolean {
  const matches = (pattern: string, text: string) =>
    new RegExp(
      `^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`,
    ).test(text);
  if (Date.parse(one.expires) <= now.getTime() || !matches(one.check, check)) return false;
  if (one.subject !== undefined && one.subject !== subject) return false;
  if (one.node === undefined || node === null) return one.node === undefined && node === null;
  return matches(one.node, node);
}
