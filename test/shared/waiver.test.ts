import { describe, expect, test } from 'vitest';
import { isWaived, type Verdict } from '../../shared/check.ts';
import { exitOfFindings } from '../../shared/exit.ts';
import { fingerprintOf } from '../../shared/fingerprint.ts';
import { applyWaivers, type Waiver, waiversOfNode } from '../../shared/waiver.ts';
import { expires, finding, now, outcome, waiver, waiverOfCluster } from './sample-waivers.ts';

describe('a waived finding', () => {
  test('keeps everything it says, and shows why, by whom and until when', () => {
    const fail = finding({ remedy: 'vgextend', subject: 'gnt' });
    const other = finding({ node: 'n2' });
    expect(applyWaivers([other, fail], [waiver()], { now })).toEqual({
      findings: [other, { ...fail, waived: { reason: 'disk is ordered', owner: 'anna', expires } }],
      about: [],
    });
    expect(fail.waived).toBeUndefined();
  });

  test.each<[Verdict, boolean, string]>([
    ['fail', true, 'open'],
    ['warn', true, 'open'],
    ['unknown', false, 'undecided'],
    ['pass', false, 'open'],
    ['skip', false, 'open'],
  ])('of verdict %s is waived: %j, and the exit is %s', (verdict, waived, exit) => {
    const applied = applyWaivers([finding({ verdict })], [waiver()], { now });
    expect(applied.findings.map(isWaived)).toEqual([waived]);
    expect(exitOfFindings(applied.findings, 'warn')).toBe(exit);
  });

  test('that is unknown counts as unknown even when something marked it', () => {
    const waived = { reason: 'r', owner: 'o', expires };
    expect(exitOfFindings([finding({ verdict: 'unknown', waived })], 'fail')).toBe('undecided');
  });
});

describe('a waiver covers', () => {
  test.each<[string, Partial<Waiver>, boolean]>([
    ['the finding it names', {}, true],
    ['a check by a glob', { check: 'storage.*' }, true],
    ['any check on any node', { check: '*', node: '*' }, true],
    ['a node by a glob', { node: 'n?' }, true],
    ['the subject it names', { subject: 'gnt' }, true],
    ['no other check', { check: 'storage.siz' }, false],
    ['no check by its prefix', { check: 'storage' }, false],
    ['no other node', { node: 'n11' }, false],
    ['no node by its prefix', { node: 'n' }, false],
    ['no other subject', { subject: 'gn' }, false],
    ['no subject by a glob', { subject: 'g*' }, false],
  ])('%s', (_, changes, waived) => {
    expect(outcome([finding({ subject: 'gnt' })], [waiver(changes)]).waived).toEqual([waived]);
  });

  test.each<[string, Waiver, boolean[]]>([
    ['without a node only what is found of the cluster', waiverOfCluster(), [false, true]],
    ['with any node no finding of the cluster', waiver({ node: '*' }), [true, false]],
  ])('%s', (_, one, waived) => {
    expect(outcome([finding(), finding({ node: null })], [one]).waived).toEqual(waived);
  });

  test('all that its globs name', () => {
    const findings = [finding(), finding({ node: 'n2' }), finding({ check: 'os.kernel' })];
    expect(outcome(findings, [waiver({ node: 'n*' })])).toEqual({
      waived: [true, true, false],
      said: [],
    });
  });
});

describe('the end of a waiver', () => {
  test.each<[string, boolean]>([
    ['2026-03-01T11:59:59.999Z', false],
    ['2026-03-01T12:00:00.000Z', false],
    ['2026-03-01T12:00:00.001Z', true],
  ])('at %s, asked at twelve: it holds: %j', (instant, holds) => {
    const { waived, said } = outcome([finding()], [waiver({ expires: instant })]);
    expect(waived).toEqual([holds]);
    expect(said).toEqual(
      holds
        ? []
        : [
            'waivers.expired: the waiver of storage.size on n1 (anna) ended at ' +
              `${instant}; what it covered counts again`,
          ],
    );
  });

  test('is said even when there is nothing left to cover', () => {
    const { said } = outcome([], [waiver({ expires: '2026-01-01T00:00:00Z' })]);
    expect(said).toHaveLength(1);
  });

  test('of two for one finding is the later', () => {
    const late = waiver({ expires: '2026-04-01T00:00:00Z', owner: 'bert' });
    for (const waivers of [
      [waiver(), late],
      [late, waiver()],
    ]) {
      const { findings, about } = applyWaivers([finding()], waivers, { now });
      expect(findings[0]?.waived?.owner).toBe('bert');
      expect(about).toEqual([]);
    }
  });
});

describe('a waiver bound to evidence', () => {
  const bound = waiver({ fingerprint: fingerprintOf(finding()) });

  test('holds while the evidence is the same', () => {
    expect(outcome([finding({ title: 'A better title' })], [bound])).toEqual({
      waived: [true],
      said: [],
    });
  });

  test('lapses when the evidence changes', () => {
    expect(outcome([finding({ message: 'gnt has 18 GiB' })], [bound])).toEqual({
      waived: [false],
      said: [
        'waivers.lapsed: the waiver of storage.size on n1 (anna) was for other evidence; ' +
          'now fail: storage.size on n1: gnt has 18 GiB',
      ],
    });
  });

  test('lapses when the same evidence becomes a failure', () => {
    const warned = finding({ verdict: 'warn' });
    const before = waiver({ fingerprint: fingerprintOf(warned), verdict: 'warn' });
    expect(outcome([warned], [before]).waived).toEqual([true]);
    expect(outcome([finding()], [before])).toEqual({
      waived: [false],
      said: [
        'waivers.lapsed: the waiver of storage.size on n1 (anna) accepts a warning, ' +
          'not a failure; now fail: storage.size on n1: gnt has 19 GiB',
      ],
    });
  });

  test('means one finding of all that its names cover', () => {
    const findings = [finding(), finding({ subject: 'gnt2' })];
    expect(outcome(findings, [bound])).toEqual({ waived: [true, false], said: [] });
  });
});

describe('a waiver of a warning', () => {
  test('leaves a failure alone and says so, also beside a warning it covers', () => {
    const findings = [
      finding({ verdict: 'warn' }),
      finding({ node: 'n2' }),
      finding({ node: 'n3' }),
    ];
    expect(outcome(findings, [waiver({ node: '*', verdict: 'warn' })])).toEqual({
      waived: [true, false, false],
      said: [
        'waivers.lapsed: the waiver of storage.size on * (anna) accepts a warning, ' +
          'not a failure; now fail: storage.size on n2: gnt has 19 GiB; and 1 more',
      ],
    });
  });
});

test('of one node only the waivers that can concern it are asked', () => {
  const waivers = [
    waiver(),
    waiver({ node: 'n*', check: 'storage.*' }),
    waiver({ node: 'n2' }),
    waiver({ check: 'addresses.duplicate' }),
    waiverOfCluster(),
  ];
  expect(waiversOfNode(waivers, 'n1', ['storage.size', 'os.kernel'])).toEqual(waivers.slice(0, 2));
});
