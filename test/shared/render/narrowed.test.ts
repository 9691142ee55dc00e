import { describe, expect, test } from 'vitest';
import type { Answer } from '../../../shared/answer.ts';
import { formats } from '../../../shared/outputs.ts';
import { renderers } from '../../../shared/render/formats.ts';
import { auditOf, finding, gateOf, openGate, options } from './answers.ts';

const leftOut = ['storage.size', 'storage.free'];
const narrowed = { select: [], skip: ['storage.*'], leftOut };
const words = '2 checks left out by --skip';
const gate: Answer = { ...openGate, narrowed };
const audit: Answer = { ...auditOf([finding('pass')]), narrowed };

/** What says it where nothing is written for people. */
const ofPrograms: Partial<Record<(typeof formats)[number], string>> = {
  json: '"leftOut": [\n    "storage.size",\n    "storage.free"\n  ]',
  sarif: '"leftOut": [\n',
  prometheus: 'narrowed="yes"} 2\n',
};

describe.each(formats)('a narrowed answer as %s', (format) => {
  test.each([gate, audit])('says that it is not the whole one (%#)', (answer) => {
    expect(renderers[format](answer, options)).toContain(ofPrograms[format] ?? words);
  });

  test('says nothing when nothing was left out', () => {
    const whole = { ...openGate, narrowed: { select: ['*'], skip: [], leftOut: [] } };
    const text = renderers[format](whole, options);
    expect(text).not.toMatch(/\d checks? left out|narrowed/);
  });
});

test('the name of a narrowed question says so in the first line', () => {
  expect(renderers.text(gate, options).split('\n')[0]).toBe(
    'OPEN  gate install (narrowed), cluster cluster.example.org: nothing wrong, nothing unknown',
  );
  expect(renderers.text(audit, options).split('\n')[0]).toBe(
    'PASS  node node1.example.org (narrowed): nothing wrong, nothing unknown',
  );
});

test('the text with -v names what was left out', () => {
  const lines = renderers
    .text(gate, { ...options, verbose: true })
    .trimEnd()
    .split('\n');
  expect(lines.at(-2)).toBe(
    '2 findings: 2 passed; 2 checks left out by --skip; ' +
      'oldest facts 1 h 23 min old (node2.example.org)',
  );
  expect(lines.at(-1)).toBe('left out: storage.size, storage.free');
});

test('a narrowed series does not carry on that of the whole gate', () => {
  const names = (answer: Answer): string[] =>
    renderers.prometheus(answer, options).match(/^muster_gate\{[^}]*\}/gm) ?? [];
  expect(names(gate)).toHaveLength(3);
  expect(names(gate).filter((name) => names(openGate).includes(name))).toEqual([]);
});

test('a finding that the policy weighs otherwise says what the check said', () => {
  const severity = { judged: 'fail', pattern: 'storage.*' } as const;
  const answer = gateOf([finding('warn', { severity })], 'open');
  expect(renderers.text(answer, options)).toContain(
    '\n         severity: warn by the policy (storage.*), fail by the check\n',
  );
  expect(JSON.parse(renderers.json(answer, options)).findings[0].severity).toEqual(severity);
});
