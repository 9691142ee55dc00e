import { describe, expect, test } from 'vitest';
import { outlierCheck, type Trait } from '../../../../collector/cluster/outliers/outlier.ts';
import { buildFleet } from '../../../../collector/fleet.ts';
import { unknownBecause } from '../../../../shared/evidence.ts';
import { type Policy, policySchema } from '../../../../shared/policy.ts';
import type { Report } from '../../../../shared/report.ts';
import { now, seedReport } from '../../seed-cluster.ts';

const trait: Trait<'memory', number> = {
  id: 'fleet.memory',
  title: 'All nodes are alike',
  why: 'Why.',
  rules: [],
  needs: ['memory'],
  noun: 'memory',
  remedy: 'fit more',
  untold: 'no node tells',
  // 1 stands for a node that does not tell, 2 for one that cannot be read
  read: ({ memory: { swapTotalBytes: value } }) => {
    if (value === 2) unknownBecause('denied');
    return value === 1 ? null : (value ?? 0);
  },
  spelled: (value) => `${value} GB`,
  same: (one, other) => Math.abs(one - other) <= 1,
  declared: ({ memory }) =>
    memory === undefined
      ? undefined
      : { spelled: `${memory} GB`, holds: (value) => value === memory },
};

function report(name: string, value: number): Report {
  const base = seedReport(1, ({ memory }) => {
    memory.swapTotalBytes = value;
  });
  return { ...base, node: name };
}

function judged(values: readonly number[], policy: Partial<Policy> = {}, more = {}): string[] {
  const reports = values.map((value, index) => report(`n${index + 1}`, value));
  const check = outlierCheck({ ...trait, ...more });
  const full = { ...policySchema.parse({}), ...policy };
  const input = { cluster: 'c', reports, policy: full, now, checks: [], clusterChecks: [check] };
  return buildFleet(input).clusterFindings.map(
    ({ verdict, subject, message }) => `${verdict} ${subject ? `[${subject}] ` : ''}${message}`,
  );
}

const parsed = (text: unknown): Partial<Policy> => policySchema.parse(text);

describe('nodes against the majority', () => {
  test.each<[string, number[], string[]]>([
    ['are alike', [64, 64, 64], ['pass memory 64 GB on 3 nodes']],
    ['are alike within the tolerance', [64, 65, 64], ['pass memory 64 GB on 3 nodes']],
    [
      'have an outlier',
      [64, 64, 32],
      ['warn memory 32 GB on n3; expected 64 GB as on the other 2'],
    ],
    [
      'have outliers of several kinds, named in one finding',
      [64, 64, 64, 64, 32, 16, 32],
      ['warn memory 32 GB on n5 and n7; 16 GB on n6; expected 64 GB as on the other 4'],
    ],
    [
      'are a tie of two camps',
      [64, 64, 32, 32],
      ['warn memory 64 GB on n1 and n2; 32 GB on n3 and n4: a tie, so none of them is the norm'],
    ],
    [
      'are a tie of two nodes',
      [64, 32],
      ['warn memory 64 GB on n1; 32 GB on n2: a tie, so none of them is the norm'],
    ],
    [
      'have a largest camp that is no majority',
      [64, 64, 32, 16],
      ['warn memory 64 GB on n1 and n2; 32 GB on n3; 16 GB on n4: none of them on more than half'],
    ],
    ['are one node', [64], ['pass memory 64 GB on 1 node']],
    [
      'have one in the middle of a chain as their norm',
      [10, 11, 12],
      ['pass memory 11 GB on 3 nodes'],
    ],
    ['do not tell', [1, 1, 1], ['skip no node tells']],
    ['partly do not tell', [64, 64, 1], ['unknown memory not known of n3 (it does not tell)']],
    [
      'partly cannot be read, which hides no outlier',
      [64, 64, 64, 32, 2],
      [
        'warn memory 32 GB on n4; expected 64 GB as on the other 3',
        'unknown memory not known of n5 (denied)',
      ],
    ],
  ])('%s', (_, values, expected) => {
    expect(judged(values)).toEqual(expected);
  });

  test('a trait that only a declaration judges is left alone without one', () => {
    expect(judged([64, 32], {}, { undeclared: 'nothing declared' })).toEqual([
      'skip nothing declared',
    ]);
  });

  test('are compared among equals', () => {
    const among = ({ memory }: { memory: { swapTotalBytes: number | null } }) =>
      (memory.swapTotalBytes ?? 0) > 50 ? 'large' : 'small';
    expect(judged([64, 32, 64, 32, 30], {}, { among })).toEqual([
      'pass [large] memory 64 GB on 2 nodes',
      'warn [small] memory 30 GB on n5; expected 32 GB as on the other 2',
    ]);
  });
});

describe('nodes against what the policy declares', () => {
  const reference = { memory: '64 B', groups: { old: { memory: '32 B' } } };

  test.each<[string, number[], string[]]>([
    ['hold', [64, 64], ['pass memory 64 GB, as the policy declares, on 2 nodes']],
    [
      'may all be wrong',
      [32, 32],
      ['warn memory 32 GB on n1 and n2; expected 64 GB, as the policy declares'],
    ],
  ])('%s', (_, values, expected) => {
    expect(judged(values, parsed({ reference }))).toEqual(expected);
  });

  test('hold by their group, whose word goes first', () => {
    const nodes = [{ name: 'n1' }, { name: 'n2' }, { name: 'n3', group: 'old' }];
    expect(judged([64, 32, 64], parsed({ reference, nodes }))).toEqual([
      'warn [default] memory 32 GB on n2; expected 64 GB, as the policy declares',
      'warn [old] memory 64 GB on n3; expected 32 GB, as the policy declares',
    ]);
  });
});

test('groups of the policy are compared apart', () => {
  const nodes = ['n1', 'n2', 'n3', 'n4'].map((name, index) => ({
    name,
    group: index < 2 ? 'new' : 'old',
  }));
  expect(judged([64, 64, 32, 32], parsed({ nodes }))).toEqual([
    'pass [new] memory 64 GB on 2 nodes',
    'pass [old] memory 32 GB on 2 nodes',
  ]);
});
