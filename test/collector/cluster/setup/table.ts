import { describe, expect, test } from 'vitest';
import { type Changes, said } from './installed.ts';

/** What is changed of a healthy cluster, and the findings of one check, whole. */
export type Row = readonly [title: string, changes: Changes, expected: readonly string[]];

/** A test for each row. */
export function table(id: string, rows: readonly Row[]): void {
  describe(id, () => {
    test.each(rows)('%s', (_title, changes, expected) => {
      expect(said(id, changes)).toEqual(expected);
    });
  });
}
