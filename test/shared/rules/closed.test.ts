import { describe, expect, test } from 'vitest';
import { STEPS_MAX } from '../../../shared/rules/meter.ts';
import { problemOf, ruleThat, smallReport, verdictOf } from './rule-cases.ts';

describe('what is not of the language is refused where it stands', () => {
  const cases: [that: string, offset: number, message: string | RegExp][] = [
    ['memory.totalByte > 1', 7, 'no fact "totalByte" there; did you mean "totalBytes"?'],
    ['has(memory.totalByte)', 11, 'no fact "totalByte" there; did you mean "totalBytes"?'],
    ['memory.numaNodes.all(n, n.fre > 1)', 26, 'no fact "fre" there; did you mean "freeBytes"?'],
    ['memory.numaNodes.all(n, has(n.fre))', 30, 'no fact "fre" there; did you mean "freeBytes"?'],
    ['cpu.cores >', 11, 'Unexpected token: EOF'],
    ['cpu.cores > "2"', 0, 'no such overload: int > string'],
    ['memory.totalBytes == null', 21, /^a fact is never null here/],
    ['node.matches("(a+)+$")', 5, /^no method "matches"; there are size, /],
    ['node.lowerAsci() == ""', 5, 'no method "lowerAsci"; did you mean "lowerAscii"?'],
    ['timestamp("2026-01-01T00:00:00Z") == 1', 0, /^no function "timestamp"/],
    ['cel.bind(x, cpu.flags, true)', 4, /^no method "bind"/],
    ['cpu.flags.map(f, f).size() > 0', 10, /^no method "map"/],
    ['node + node == ""', 0, 'only numbers can be added'],
    ['(cpu.flags + cpu.flags).size() > 0', 1, 'only numbers can be added'],
    ['{"a": 1} == {"a": 1}', 0, 'this is not part of the language of rules'],
    ['b"x" == b"x"', 0, 'only texts, numbers, true and false'],
    ['type(1) == int', 0, /^no function "type"/],
    ['int == int', 0, /^no fact "int"/],
    ['bytes("20 Gib") > 1', 6, 'expected bytes("20 GiB")'],
    ['bytes(node) > 1', 6, 'expected bytes("20 GiB")'],
    ['duration("15") > 1', 9, 'expected duration("15m")'],
    ['cpu.flags.all(cpu, true)', 14, '"cpu" already means something; take another name'],
    ['cpu.flags.all("x", true)', 14, /^all\(var, predicate\) invalid/],
    ['[cpu.flags.filter(f, true)].size() > 0', 1, 'a list here holds single values only'],
    ['[[1]].size() > 0', 1, 'a list here holds single values only'],
    ['memory', 0, 'expected a condition, true or false; this is memory'],
  ];
  test.each(cases)('%s', (that, offset, message) => {
    const found = problemOf(that);
    expect(found).toEqual([
      offset,
      typeof message === 'string' ? message : expect.stringMatching(message),
    ]);
  });

  test.each(['process', 'globalThis', 'constructor', '__proto__', 'this', 'memory.constructor'])(
    'nothing of the machine is in reach: %s',
    (that) => {
      expect(problemOf(`${that} == 1`)).not.toBeNull();
    },
  );
});

describe('no expression takes long', () => {
  const flags = (count: number) => Array.from({ length: count }, (_, index) => `f${index}`);
  const written = `[${flags(32).map((one) => `"${one}"`)}]`;
  const nested = (list: string, names: string, inner: string) =>
    [...names].reduceRight((body, name) => `${list}.all(${name}, ${body})`, inner);

  test.each([
    ['four loops within each other', nested('cpu.flags', 'abcd', 'true'), /^too many loops/],
    ['nine loops', Array(9).fill('cpu.flags.all(f, true)').join(' && '), /^too many loops/],
    ['a list written out that is long', `1 in [${Array(33).fill(1)}]`, /^Exceeded maxListElements/],
    [
      'more than 500 parts',
      Array(200).fill('true').join(' && ') + Array(200).fill(' && 1 == 1').join(''),
      /^Exceeded maxAstNodes/,
    ],
    ['brackets in brackets', `${'('.repeat(60)}true${')'.repeat(60)}`, /^Exceeded maxDepth/],
    [
      'long loops over lists written out',
      nested(written, 'abc', Array(60).fill('a == b').join(' && ')),
      /^too long loops/,
    ],
  ])('%s is refused when it is read', (_, that, message) => {
    expect(problemOf(that)?.[1]).toMatch(message);
  });

  const endless: [what: string, that: string, count: number][] = [
    ['three loops', nested('cpu.flags', 'abc', 'a != "" && b != "" && c != ""'), 300],
    ['two loops over very many', nested('cpu.flags', 'ab', 'a != b || true'), 50_000],
    [
      'loops over what is left of a list',
      nested('cpu.flags.filter(x, true)', 'abc', 'true').replaceAll('x', 'y'),
      300,
    ],
    [
      'a list written out in a loop',
      `cpu.flags.all(a, ${nested(written, 'bc', 'a != b || true')})`,
      45_000,
    ],
    ['a long condition', `cpu.flags.all(a, ${Array(100).fill('a == a').join(' && ')})`, 50_000],
    [
      'one that passes over its own error',
      'cpu.flags.exists(a, cpu.flags.exists(b, a == "" && b == "")) || true',
      5_000,
    ],
  ];
  test.each(endless)('%s ends as unknown', (_, that, count) => {
    expect(verdictOf(ruleThat(that), smallReport(flags(count)))).toEqual({
      verdict: 'unknown',
      message: 'the rule would take too long on the lists of this node',
    });
  });

  test('a real rule over a large node is far from the limit', () => {
    const that = 'cpu.flags.all(f, ["f1", "f2"].exists(g, f != g))';
    expect(verdictOf(ruleThat(that), smallReport(flags(2000))).verdict).toBe('pass');
    expect(STEPS_MAX).toBe(5_000_000);
  });

  test('a text of a report that is too long to look through is unknown', () => {
    const report = smallReport(['x'.repeat(10_001)]);
    expect(verdictOf(ruleThat('"x" in cpu.flags'), report)).toEqual({
      verdict: 'unknown',
      message: 'cpu.flags[0] is too long a text for rules',
    });
  });
});
