import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../shared/check.ts';
import { type Fold, foldFindings } from '../../../shared/render/folding.ts';

function finding(changes: Partial<Finding>): Finding {
  return { check: 'a.one', title: 'One', node: 'n1', verdict: 'fail', message: 'bad', ...changes };
}

function fold(changes: Partial<Fold>): Fold {
  return {
    verdict: 'fail',
    checks: ['a.one'],
    nodes: ['n1'],
    sentence: 'bad',
    remedy: null,
    waived: null,
    ...changes,
  };
}

describe('folded findings', () => {
  test('join nodes that fail the same check in the same words', () => {
    expect(
      foldFindings([
        finding({}),
        finding({ node: 'n2' }),
        finding({ node: 'n3', message: 'worse' }),
      ]),
    ).toEqual([fold({ nodes: ['n1', 'n2'] }), fold({ nodes: ['n3'], sentence: 'worse' })]);
  });

  test('join checks that say the same of the same nodes, and no others', () => {
    const folds = foldFindings([
      finding({}),
      finding({ node: 'n2' }),
      finding({ check: 'a.two' }),
      finding({ check: 'a.two', node: 'n2' }),
      finding({ check: 'a.three' }),
    ]);

    expect(folds.map(({ checks, nodes }) => [checks, nodes])).toEqual([
      [
        ['a.one', 'a.two'],
        ['n1', 'n2'],
      ],
      [['a.three'], ['n1']],
    ]);
  });

  test('keep apart what differs in verdict, remedy, or cluster against node', () => {
    expect(
      foldFindings([
        finding({}),
        finding({ verdict: 'warn' }),
        finding({ remedy: 'mend it' }),
        finding({ node: null }),
      ]),
    ).toHaveLength(4);
  });

  test('keep a waived finding apart, after what is wrong and before what is right', () => {
    const waived = {
      reason: 'the disk is ordered',
      owner: 'anna',
      expires: '2027-01-31T00:00:00Z',
    };
    const folds = foldFindings([
      finding({ verdict: 'pass' }),
      finding({ waived }),
      finding({ node: 'n2', waived }),
      finding({ node: 'n3', waived: { ...waived, owner: 'bert' } }),
      finding({ node: 'n4', verdict: 'unknown', waived }),
      finding({ verdict: 'warn' }),
      finding({ node: 'n5' }),
    ]);

    expect(folds.map(({ verdict, nodes, waived: by }) => [verdict, nodes, by?.owner])).toEqual([
      ['fail', ['n5'], undefined],
      ['unknown', ['n4'], undefined],
      ['warn', ['n1'], undefined],
      ['fail', ['n1', 'n2'], 'anna'],
      ['fail', ['n3'], 'bert'],
      ['pass', ['n1'], undefined],
    ]);
  });

  test('say which subject is meant when the message does not', () => {
    const sentences = foldFindings([
      finding({ subject: 'br0' }),
      finding({ subject: 'br1' }),
      finding({ subject: 'br2', message: 'br2 is down' }),
    ]).map(({ sentence }) => sentence);

    expect(sentences).toEqual(['br0: bad', 'br1: bad', 'br2 is down']);
  });

  test('come worst first, and else in the order given', () => {
    const verdicts = (['pass', 'skip', 'warn', 'unknown', 'fail'] as const).map((verdict) =>
      finding({ verdict }),
    );

    expect(foldFindings(verdicts).map(({ verdict }) => verdict)).toEqual([
      'fail',
      'unknown',
      'warn',
      'skip',
      'pass',
    ]);
  });
});
