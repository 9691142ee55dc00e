import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../shared/check.ts';
import { type Severities, settled, withSeverities } from '../../shared/severity.ts';
import { finding } from './render/answers.ts';

describe('the severity of the policy', () => {
  const table: [Verdict, Severities, Verdict, string | null][] = [
    ['fail', { 'storage.size': 'warn' }, 'warn', 'storage.size'],
    ['warn', { 'storage.size': 'fail' }, 'fail', 'storage.size'],
    ['fail', { 'storage.*': 'warn' }, 'warn', 'storage.*'],
    ['fail', { 'storage.size': 'fail' }, 'fail', null],
    ['fail', { 'storage.siz': 'warn', 'memory.*': 'warn' }, 'fail', null],
    ['fail', { 'storage.size': 'fail', '*': 'warn' }, 'fail', null],
    ['warn', { '*': 'warn', 'storage.*': 'fail' }, 'fail', 'storage.*'],
    ['warn', { 'storage.*': 'fail', '*': 'warn' }, 'warn', null],
    ['fail', {}, 'fail', null],
    ['unknown', { '*': 'warn' }, 'unknown', null],
    ['pass', { '*': 'fail' }, 'pass', null],
    ['skip', { '*': 'fail' }, 'skip', null],
  ];

  test.each(table)('makes of %s by %j: %s', (...[verdict, severities, expected, pattern]) => {
    const [weighed] = withSeverities([finding(verdict)], severities);
    const severity = pattern === null ? {} : { severity: { judged: verdict, pattern } };
    expect(weighed).toEqual({ ...finding(verdict), verdict: expected, ...severity });
  });

  test('comes before the waivers, and holds for what is said of them', () => {
    const now = new Date('2026-03-01T03:00:00Z');
    const rest = { owner: 'anna', reason: 'r' };
    const node = 'node1.example.org';
    const covering = { check: 'storage.size', node, verdict: 'warn' as const, ...rest };
    const ended = { check: 'cpu.online', ...rest, expires: '2026-01-01T00:00:00Z' };
    const waivers = [{ ...covering, expires: '2027-01-01T00:00:00Z' }, ended];
    const severities = { 'storage.size': 'warn', 'waivers.expired': 'fail' } as const;
    const { findings, about } = settled([finding('fail')], { waivers, severities }, { now });

    expect(findings.map(({ verdict, waived }) => [verdict, waived?.owner])).toEqual([
      ['warn', 'anna'],
    ]);
    expect(about.map(({ check, verdict }) => [check, verdict])).toEqual([
      ['waivers.expired', 'fail'],
    ]);
  });
});
