import { describe, expect, test } from 'vitest';
import type { Finding } from '../../shared/check.ts';
import { applyWaivers } from '../../shared/waiver.ts';
import { waiverCards } from '../../shared/waiver-findings.ts';
import { finding, now, outcome, waiver, waiverOfCluster } from './sample-waivers.ts';

describe('a waiver of what is unknown', () => {
  const unknown = finding({ verdict: 'unknown', message: 'vgs timed out' });
  const said = (name: string) => [
    `waivers.unknown: the waiver of ${name} (anna) covers nothing that is unknown; ` +
      'that cannot be waived: storage.size on n1: vgs timed out',
  ];

  test('covers nothing, and that is said', () => {
    expect(outcome([unknown], [waiver()])).toEqual({
      waived: [false],
      said: said('storage.size on n1'),
    });
  });

  test('is said also when it names a subject, since the unknown stands for all of them', () => {
    expect(outcome([unknown], [waiver({ subject: 'gnt' })]).said).toEqual(
      said('storage.size of gnt on n1'),
    );
  });

  test('is said beside what it does cover', () => {
    expect(outcome([unknown, finding({ node: 'n2' })], [waiver({ node: '*' })])).toEqual({
      waived: [false, true],
      said: said('storage.size on *'),
    });
  });
});

describe('a waiver that covers nothing', () => {
  const noSuch = (name: string) => [
    `waivers.unused: the waiver of ${name} (anna) covers nothing: there is no such finding`,
  ];

  test.each<[string, Finding[], string[]]>([
    ['is said when there is no such finding', [], noSuch('storage.size on n1')],
    [
      'is said when its finding passes',
      [finding({ verdict: 'pass' })],
      [
        'waivers.unused: the waiver of storage.size on n1 (anna) covers nothing: ' +
          'what it names neither warns nor fails now',
      ],
    ],
  ])('%s', (_, findings, said) => {
    expect(outcome(findings, [waiver()])).toEqual({ waived: findings.map(() => false), said });
  });

  test('without a node is told that it is for the cluster alone', () => {
    expect(outcome([finding()], [waiverOfCluster()]).said).toEqual([
      `${noSuch('storage.size on the cluster')} (without "node" it is not for single nodes)`,
    ]);
  });

  test('rests while its node is silent, and while its check is open for the cluster', () => {
    const open = finding({ node: null, verdict: 'unknown' });
    expect(outcome([], [waiver()], ['n1']).said).toEqual([]);
    expect(outcome([open], [waiver()]).said).toEqual([]);
    expect(outcome([], [waiver()], ['n2']).said).toEqual(noSuch('storage.size on n1'));
  });
});

test('what is said of waivers is a warning of the cluster, with a way out', () => {
  const waivers = [
    waiver({ expires: '2026-01-01T00:00:00Z' }),
    waiver({ fingerprint: 'v1-0000000000000000' }),
    waiver({ node: 'n2' }),
    waiver({ node: 'n3' }),
  ];
  const findings = [finding(), finding({ node: 'n2', verdict: 'unknown' })];
  const { about } = applyWaivers(findings, waivers, { now });

  expect(about.map(({ check }) => check)).toEqual(waiverCards.map(({ id }) => id));
  for (const one of about) {
    expect(one).toMatchObject({ node: null, verdict: 'warn' });
    expect(one.title).toBe(waiverCards.find(({ id }) => id === one.check)?.title);
    expect(one.remedy).toMatch(/^.{5,200}$/);
    expect(one.message).toContain(one.subject);
  }
});
