import { describe, expect, test } from 'vitest';
import { nodeNames, seedPolicy, seedReports } from '../seed-cluster.ts';
import { judged } from './judging.ts';

describe('nodes.count', () => {
  test.each([
    [1, 'warn 1 node named by the policy; expected 3 or more, so that one may fail'],
    [2, 'warn 2 nodes named by the policy; expected 3 or more, so that one may fail'],
    [3, 'pass 3 nodes named by the policy'],
    [4, 'warn 4 nodes named by the policy; an even number survives no more losses than 3 would'],
    [5, 'pass 5 nodes named by the policy'],
  ])('%i', (count, expected) => {
    const nodes = Array.from({ length: count }, (_, index) => ({
      name: nodeNames[index] ?? `ganeti1${index}.example.org`,
    }));

    expect(judged('nodes.count', seedReports(), seedPolicy({ nodes }))).toEqual([expected]);
  });

  test('counts who reports when the policy names nobody', () => {
    expect(judged('nodes.count', seedReports(), seedPolicy({ nodes: [] }))).toEqual([
      'pass 3 nodes reporting',
    ]);
  });
});
