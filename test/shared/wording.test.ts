import { describe, expect, test } from 'vitest';
import { counted, listed } from '../../shared/wording.ts';

describe('words', () => {
  test.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
  ])('list %j', (names, expected) => {
    expect(listed(names)).toBe(expected);
  });

  test('end a very long list with how many more there are', () => {
    const names = Array.from({ length: 15 }, (_, index) => `n${index}`);

    expect(listed(names)).toBe('n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11 and 3 more');
  });

  test('count in singular and plural', () => {
    expect([0, 1, 2].map((count) => counted(count, 'node'))).toEqual([
      '0 nodes',
      '1 node',
      '2 nodes',
    ]);
  });
});
