import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../../shared/check.ts';
import { compileRules } from '../../../shared/rules/compile.ts';
import { ruleThat, smallReport, verdictOf } from './rule-cases.ts';

const report = smallReport();

describe('a rule judges the facts of a node', () => {
  const cases: [that: string, verdict: Verdict, message: string][] = [
    [
      'memory.totalBytes >= 64 * 1024 * 1024 * 1024',
      'pass',
      'as the rule has it (memory.totalBytes 64 GiB)',
    ],
    [
      'memory.totalBytes >= bytes("64 GiB")',
      'pass',
      'as the rule has it (memory.totalBytes 64 GiB)',
    ],
    ['memory.totalBytes > bytes("64 GiB")', 'fail', 'it is wrong (memory.totalBytes 64 GiB)'],
    ['time.offsetMs > -duration("2ms")', 'pass', 'as the rule has it (time.offsetMs -1 ms)'],
    ['time.synchronised', 'pass', 'as the rule has it (time.synchronised true)'],
    [
      'memory.totalBytes * 0.5 == 34359738368.0',
      'pass',
      'as the rule has it (memory.totalBytes 64 GiB)',
    ],
    [
      'memory.totalBytes / 3 == 22906492245',
      'pass',
      'as the rule has it (memory.totalBytes 64 GiB)',
    ],
    ['node == "ganeti01.example.org"', 'pass', 'as the rule has it'],
    ['"vmx" in cpu.flags && !("svm" in cpu.flags)', 'pass', 'as the rule has it'],
    ['size(cpu.flags) == 2 && cpu.flags[1] == "lm"', 'pass', 'as the rule has it'],
    ['memory.numaNodes.all(n, n.freeBytes > 1)', 'fail', 'it is wrong'],
    ['memory.numaNodes.exists_one(n, n.freeBytes > 1)', 'pass', 'as the rule has it'],
    ['memory.numaNodes.filter(n, n.id > 0)[0].freeBytes == 3', 'pass', 'as the rule has it'],
    ['cpu.vulnerabilities["meltdown"].contains("Not")', 'pass', 'as the rule has it'],
    [
      'has(memory.swapTotalBytes) && !has(memory.swapFreeBytes)',
      'pass',
      'as the rule has it (memory.swapTotalBytes 1 GiB)',
    ],
  ];
  test.each(cases)('%s: %s', (that, verdict, message) => {
    expect(verdictOf(ruleThat(that), report)).toEqual({ verdict, message });
  });

  test('one that does not apply is skipped, and says when it does', () => {
    const rule = ruleThat('memory.totalBytes > 0', { when: 'node.startsWith("db")\n && true' });
    expect(verdictOf(rule, report)).toEqual({
      verdict: 'skip',
      message: 'the rule applies only when: node.startsWith("db") && true',
    });
  });

  test('one that only warns warns, and carries its remedy', () => {
    const rule = ruleThat('cpu.cores > 2', { severity: 'warn' });
    expect(verdictOf(rule, report)).toEqual({
      verdict: 'warn',
      message: 'it is wrong (cpu.cores 2)',
    });
  });

  test('it reads the sections that its two expressions name, and no others', () => {
    const compiled = compileRules([ruleThat('cpu.cores > 1', { when: 'memory.totalBytes > 0' })]);
    expect(compiled.ok && compiled.checks.map(({ id, needs }) => ({ id, needs }))).toEqual([
      { id: 'rule.own', needs: ['memory', 'cpu'] },
    ]);
  });
});

describe('a fact that is not there makes the rule unknown', () => {
  const cases: [that: string, reason: string][] = [
    ['memory.availableBytes > 0', 'the report does not tell memory.availableBytes'],
    ['!(memory.availableBytes > 0)', 'the report does not tell memory.availableBytes'],
    ['memory.hugepages.size() == 0', 'memory.hugepages: not for you'],
    ['has(memory.hugepages)', 'memory.hugepages: not for you'],
    ['!has(memory.hugepages)', 'memory.hugepages: not for you'],
    ['lvm.volumeGroups.size() > 0', 'section "lvm" failed: vgs hung'],
    ['drbd.devices.size() == 0', 'the report has no section "drbd"'],
    ['has(drbd.devices)', 'the report has no section "drbd"'],
    [
      'cpu.vulnerabilities["spectre_v2"] != ""',
      'the report does not tell cpu.vulnerabilities["spectre_v2"]',
    ],
    ['peers.leftOut == 0', 'the report does not tell peers.leftOut'],
    ['cpu.flags[7] == "lm"', 'No such key: index out of bounds, index 7 >= size 2'],
    ['cpu.cores / (cpu.sockets - 1) > 0', 'division by zero'],
  ];
  test.each(cases)('%s', (that, message) => {
    expect(verdictOf(ruleThat(that), report)).toEqual({ verdict: 'unknown', message });
  });

  test('also when it decides whether the rule applies', () => {
    const rule = ruleThat('true', { when: 'lvm.volumeGroups.size() > 0' });
    expect(verdictOf(rule, report).verdict).toBe('unknown');
  });

  const settled: [that: string, verdict: Verdict][] = [
    ['cpu.cores == 2 || memory.availableBytes > 0', 'pass'],
    ['memory.availableBytes > 0 || cpu.cores == 2', 'pass'],
    ['cpu.cores == 3 && lvm.volumeGroups.size() > 0', 'fail'],
    ['cpu.cores == 2 ? true : drbd.devices.size() > 0', 'pass'],
    ['cpu.cores == 3 || memory.availableBytes > 0', 'unknown'],
    ['cpu.cores == 2 && memory.availableBytes > 0', 'unknown'],
  ];
  test.each(settled)('but not when the answer is the same whatever it is: %s', (that, verdict) => {
    expect(verdictOf(ruleThat(that), report).verdict).toBe(verdict);
  });
});

test('every expression that is not sound is told, with its rule and key', () => {
  const rules = [ruleThat('memry.totalBytes > 0'), ruleThat('1', { when: 'cpu.corse > 1' })];
  const compiled = compileRules(rules);
  expect(compiled.ok ? [] : compiled.problems).toEqual([
    { path: ['rules', 0, 'that'], offset: 0, message: 'no fact "memry"; did you mean "memory"?' },
    {
      path: ['rules', 1, 'when'],
      offset: 4,
      message: 'no fact "corse" there; did you mean "cores"?',
    },
    {
      path: ['rules', 1, 'that'],
      offset: 0,
      message: 'expected a condition, true or false; this is int',
    },
  ]);
});
