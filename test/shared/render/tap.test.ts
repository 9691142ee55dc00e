import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { visible } from '../../../shared/render/safe.ts';
import { renderTap } from '../../../shared/render/tap.ts';
import { answersSaying, closedGate, finding, gateOf, hostile, options } from './answers.ts';

interface Point {
  ok: boolean;
  number: number;
  description: string;
  directive: string | null;
  reason: string;
  diagnostics: Record<string, unknown> | null;
}

const POINT = /^(not )?ok (\d+)(?: - ((?:[^#\\]|\\[#\\])*?))?(?: # (SKIP|TODO)(?: (.*))?)?$/;

/** A strict reader of TAP version 14 without subtests; what is no line of it is an error. */
function parseTap(text: string): { plan: number; points: Point[]; comments: string[] } {
  const [version, planLine, ...lines] = text.replace(/\n$/, '').split('\n');
  if (version !== 'TAP version 14') throw new Error(`no version line: ${version}`);
  const plan = /^1\.\.(\d+)$/.exec(planLine ?? '');
  if (!plan) throw new Error(`no plan: ${planLine}`);
  const points: Point[] = [];
  const comments: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line.startsWith('# ')) comments.push(line.slice(2));
    else if (line === '  ---') {
      const end = lines.indexOf('  ...', index);
      const point = points.at(-1);
      if (end < 0 || !point || point.diagnostics) throw new Error(`a stray block at ${index}`);
      const block = lines.slice(index + 1, end);
      if (block.some((one) => !one.startsWith('  '))) throw new Error('a block not indented');
      point.diagnostics = parse(block.map((one) => one.slice(2)).join('\n'));
      index = end;
    } else points.push(parsePoint(line));
  }
  return { plan: Number(plan[1]), points, comments };
}

function parsePoint(line: string): Point {
  const match = POINT.exec(line);
  if (!match) throw new Error(`no test point: ${line}`);
  const [, not, number, description = '', directive = null, reason = ''] = match;
  return {
    ok: not === undefined,
    number: Number(number),
    description: unescaped(description),
    directive,
    reason: unescaped(reason),
    diagnostics: null,
  };
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([#\\])/g, '$1');
}

describe('TAP', () => {
  test.each([closedGate, ...answersSaying(hostile)])('keeps to the grammar (%#)', (answer) => {
    const { plan, points } = parseTap(renderTap(answer, options));

    expect(points.map(({ number }) => number)).toEqual(
      answer.findings.map((_, index) => index + 1),
    );
    expect(plan).toBe(answer.findings.length);
  });

  test.each([
    ['pass', 'fail', true, null, false],
    ['skip', 'fail', true, 'SKIP', false],
    ['warn', 'fail', true, null, true],
    ['warn', 'warn', false, null, true],
    ['unknown', 'fail', false, null, true],
    ['fail', 'fail', false, null, true],
  ] as const)('%s with --fail-on %s is ok: %s', (...row) => {
    const [verdict, failOn, ...expected] = row;
    const gate = gateOf([finding(verdict)], 'closed');
    const [point] = parseTap(renderTap(gate, { ...options, failOn })).points;

    expect([point?.ok, point?.directive, point?.diagnostics !== null]).toEqual(expected);
  });

  test('brings hostile texts through whole, and a waiver as TODO', () => {
    const waived = { owner: hostile, reason: 'r', expires: '2026-12-01T00:00:00Z' };
    const all = { title: hostile, node: hostile, message: hostile, remedy: hostile };
    const gate = gateOf([finding('fail', all), finding('fail', { waived })], 'closed');
    const { points } = parseTap(renderTap(gate, options));

    expect(points[0]?.description).toBe(`storage.size ${visible(hostile)}: ${visible(hostile)}`);
    expect(points[0]?.diagnostics).toEqual({
      message: visible(hostile),
      severity: 'fail',
      check: 'storage.size',
      node: visible(hostile),
      subject: null,
      remedy: visible(hostile),
    });
    expect(points[1]?.reason).toBe(`waived by ${visible(hostile)} until 2026-12-01T00:00:00Z: r`);
    expect([points[1]?.ok, points[1]?.directive]).toEqual([false, 'TODO']);
  });
});
