import { describe, expect, test } from 'vitest';
import { CommandError } from '../../shared/exit.ts';
import {
  leftOutWords,
  narrow,
  type Selectable,
  type Selection,
  unknownPattern,
} from '../../shared/selection.ts';

const known = ['fleet.report', 'fleet.membership', 'cpu.uniform', 'cpu.online', 'storage.size'];
const checks: Selectable = {
  known: [...known, 'storage.empty'],
  asked: known,
  standing: ['fleet.report', 'fleet.membership'],
  fixed: ['fleet.report'],
};

describe('a selection', () => {
  const table: [Selection, string[]][] = [
    [{ select: ['cpu.*'] }, ['storage.size']],
    [{ select: ['cpu.online', 'storage.size'] }, ['cpu.uniform']],
    [{ skip: ['storage.size'] }, ['storage.size']],
    [{ skip: ['fleet.*'] }, ['fleet.membership']],
    [{ skip: ['*'] }, ['fleet.membership', 'cpu.uniform', 'cpu.online', 'storage.size']],
    [{ select: ['cpu.*'], skip: ['cpu.online'] }, ['cpu.online', 'storage.size']],
    [{ select: ['fleet.report'] }, ['cpu.uniform', 'cpu.online', 'storage.size']],
    [{ select: ['*'] }, []],
    [{ skip: ['storage.empty'] }, []],
  ];

  test.each(table)('of %j leaves out %j', (selection, leftOut) => {
    expect(narrow(selection, checks)).toEqual({ select: [], skip: [], ...selection, leftOut });
  });

  test('of nothing is the whole question', () => {
    expect(narrow({}, checks)).toBeNull();
    expect(narrow({ select: [], skip: [] }, checks)).toBeNull();
  });

  test.each<[Selection, string]>([
    [
      { select: ['storage.sise'] },
      '--select: storage.sise: no such check (did you mean "storage.size"?)',
    ],
    [
      { skip: ['storage.sise'] },
      '--skip: storage.sise: no such check (did you mean "storage.size"?)',
    ],
    [{ skip: ['qqqqqqqq'] }, '--skip: qqqqqqqq: no such check ("muster checks" lists them)'],
    [{ skip: [''] }, '--skip: : no such check ("muster checks" lists them)'],
    [{ skip: ['disk.*'] }, '--skip: disk.*: expected a glob that some check answers to'],
    [{ skip: ['fleet.report'] }, '--skip: fleet.report is part of every answer'],
  ])('of %j is a mistake of use', (selection, message) => {
    expect(() => narrow(selection, checks)).toThrow(new CommandError('usage', message));
  });
});

describe('what was left out', () => {
  test.each<[Selection, string | null]>([
    [{ skip: ['storage.size'] }, '1 check left out by --skip'],
    [{ select: ['storage.size'] }, '2 checks left out by --select'],
    [{ select: ['cpu.*'], skip: ['cpu.online'] }, '2 checks left out by --select and --skip'],
    [{ skip: ['storage.empty'] }, null],
    [{}, null],
  ])('by %j is said as %j', (selection, words) => {
    expect(leftOutWords(narrow(selection, checks) ?? undefined)).toBe(words);
  });
});

test('an id or a glob that some check answers to is fine', () => {
  expect(unknownPattern('cpu.online', known)).toBeNull();
  expect(unknownPattern('c*', known)).toBeNull();
});
