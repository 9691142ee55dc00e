import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupedByCause, withCauses } from '../../shared/causes.ts';
import type { CheckCard, Finding, Origin, Verdict } from '../../shared/check.ts';
import { judgeReport } from '../../shared/check.ts';
import { checks } from '../../shared/checks/index.ts';
import { exitOfFindings } from '../../shared/exit.ts';
import { policySchema } from '../../shared/policy.ts';
import { ok, sampleWith } from '../sample-report.ts';

const policy = policySchema.parse({ network: { masterNetdev: 'br0' } });
const waived = { reason: 'known', owner: 'alice', expires: '2027-01-01T00:00:00Z' };

function finding(check: string, rest: Partial<Finding> = {}): Finding {
  return { check, title: check, node: 'n1', verdict: 'fail', message: 'bad', ...rest };
}

function card(id: string, ...consequenceOf: Origin[]): CheckCard {
  return { id, title: id, why: 'Why.', rules: [], consequenceOf };
}

/** `check < check` for each finding that has a cause. */
function links(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ check, cause }) =>
    cause === undefined ? [] : [`${check} < ${cause.check}`],
  );
}

/** `root: follower follower` for each group. */
function groups(findings: readonly Finding[]): string[] {
  return groupedByCause(findings).map(({ root, followers }) =>
    [`${root.check}:`, ...followers.map(({ check }) => check)].join(' '),
  );
}

describe('the cause of a finding', () => {
  const bridge = { check: 'a.bridge' };
  const ownBridge = { ...bridge, subject: () => 'br0' };

  test.each<[string, CheckCard, Finding[], string[]]>([
    [
      'is what its check declares',
      card('a.route', bridge),
      [finding('a.route'), finding('a.bridge')],
      ['a.route < a.bridge'],
    ],
    [
      'finds fault itself',
      card('a.route', bridge),
      [finding('a.route'), finding('a.bridge', { verdict: 'pass' })],
      [],
    ],
    [
      'is of the same node',
      card('a.route', bridge),
      [finding('a.route'), finding('a.bridge', { node: 'n2' })],
      [],
    ],
    [
      'is of the same subject',
      card('a.route', bridge),
      [finding('a.route', { subject: 'br1' }), finding('a.bridge', { subject: 'br0' })],
      [],
    ],
    [
      'has the subject that the check declares',
      card('a.route', ownBridge),
      [finding('a.route'), finding('a.bridge', { subject: 'br1' })],
      [],
    ],
    [
      'may have the declared subject where the finding has another',
      card('a.route', ownBridge),
      [finding('a.route', { subject: 'eth0' }), finding('a.bridge', { subject: 'br0' })],
      ['a.route < a.bridge'],
    ],
    [
      'is the first declared of several',
      card('a.route', { check: 'a.card' }, bridge),
      [finding('a.route'), finding('a.bridge'), finding('a.card')],
      ['a.route < a.card'],
    ],
    [
      'is asked of faults alone',
      card('a.route', bridge),
      [finding('a.route', { verdict: 'skip' }), finding('a.bridge')],
      [],
    ],
    [
      'is never the finding itself',
      card('a.bridge', bridge),
      [finding('a.bridge', { subject: 'br0' })],
      [],
    ],
  ])('%s', (...[, own, findings, expected]) => {
    expect(links(withCauses(findings, [own], policy))).toEqual(expected);
  });

  test('that the finding brings along stays', () => {
    const cause = { check: 'a.report', node: 'n3' };
    const given = [finding('a.route', { cause }), finding('a.bridge')];
    expect(withCauses(given, [card('a.route', bridge)], policy)).toEqual(given);
  });
});

describe('findings by their cause', () => {
  const by = (check: string, cause: string, rest: Partial<Finding> = {}) =>
    finding(check, { cause: { check: cause, node: 'n1' }, ...rest });

  test.each<[string, Finding[], string[]]>([
    ['one dead bridge', [by('b', 'a'), finding('a'), by('c', 'a')], ['a: b c']],
    ['a chain', [finding('a'), by('b', 'a'), by('c', 'b')], ['a: b c']],
    ['a cause that is not asked', [by('b', 'a'), by('c', 'a')], ['b:', 'c:']],
    ['a waived cause', [finding('a', { waived }), by('b', 'a')], ['a:', 'b:']],
    ['a waived consequence', [finding('a'), by('b', 'a', { waived })], ['a:', 'b:']],
    ['a graver consequence', [finding('a', { verdict: 'warn' }), by('b', 'a')], ['a:', 'b:']],
    ['unknown below a failure', [finding('a'), by('b', 'a', { verdict: 'unknown' })], ['a: b']],
    [
      'a warning below unknown',
      [finding('a', { verdict: 'unknown' }), by('b', 'a', { verdict: 'warn' })],
      ['a: b'],
    ],
    ['two that name each other', [by('a', 'b'), by('b', 'a'), by('c', 'a')], ['a:', 'b:', 'c:']],
    ['one that names itself', [by('a', 'a')], ['a:']],
  ])('%s', (_, findings, expected) => {
    expect(groups(findings)).toEqual(expected);
  });

  test('are all there, each once, whatever follows from what', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const verdicts: Verdict[] = ['pass', 'warn', 'fail', 'unknown', 'skip'];
    const any = fc.record({
      check: fc.constantFrom(...names),
      cause: fc.option(fc.constantFrom(...names), { nil: undefined }),
      verdict: fc.constantFrom(...verdicts),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 12 }), (list) => {
        const given = list.map(({ check, cause, verdict }) =>
          finding(check, { verdict, ...(cause && { cause: { check: cause, node: 'n1' } }) }),
        );
        const shown = groupedByCause(given).flatMap(({ root, followers }) => [root, ...followers]);
        expect(shown).toHaveLength(given.length);
        expect(new Set(shown)).toEqual(new Set(given));
      }),
    );
  });
});

describe('the checks of a node', () => {
  const judged = (changes: Parameters<typeof sampleWith>[0]) =>
    judgeReport(sampleWith(changes), checks, policy);

  test('name only checks that there are', () => {
    const ids = checks.map(({ id }) => id);
    const origins = checks.flatMap(({ consequenceOf = [] }) => consequenceOf);
    expect(origins.length).toBeGreaterThan(0);
    expect(origins.map(({ check }) => check).filter((check) => !ids.includes(check))).toEqual([]);
  });

  test('tell a kernel without DRBD as one cause, and every verdict is as it was', () => {
    const facts = {
      moduleAvailable: ok(null),
      loaded: ok(false),
      loadedVersion: null,
      usermodeHelper: ok(null),
      loadedAtBootBy: ok([]),
    };
    const findings = judged({ drbd: { facts } });
    const faults = findings.filter(({ verdict }) => !['pass', 'skip'].includes(verdict));
    const [group] = groupedByCause(faults);

    expect(group?.root.check).toBe('drbd.module');
    expect(group?.followers.map(({ check, verdict }) => `${verdict} ${check}`)).toEqual([
      'fail drbd.loaded',
      'unknown drbd.usermode-helper',
      'warn drbd.persistence',
    ]);
    const bare = findings.map(({ cause: _, ...finding }) => finding);
    expect(exitOfFindings(findings, 'warn')).toBe(exitOfFindings(bare, 'warn'));
  });

  test('tell a missing bridge as one cause', () => {
    const findings = judged({
      network: { facts: { interfaces: [], bridges: [], addresses: ok([]), routes: ok([]) } },
    });
    const faults = findings.filter(({ verdict }) => !['pass', 'skip'].includes(verdict));
    const group = groupedByCause(faults).find(({ root }) => root.check === 'network.bridge');
    const followers = group?.followers.map(({ check }) => check);
    expect(followers).toContain('network.master-netdev');
    expect(followers).toContain('network.default-route');
  });
});
