import { expect, test } from 'vitest';
import { answerOfAudit, answerOfGate } from '../../../shared/answer.ts';
import type { Finding } from '../../../shared/check.ts';
import { renderText } from '../../../shared/render/text.ts';
import { closed, finding } from './results.ts';

const waived = { reason: 'r', owner: 'o', expires: '2027-01-01T00:00:00Z' };
const findings: Finding[] = [
  finding('a.pass', 'pass', { node: 'n1', message: 'fine' }),
  finding('a.warn', 'warn', { node: 'n1', message: 'so so', remedy: 'mend it' }),
  finding('a.fail', 'fail', { node: 'n1', message: 'broken', remedy: 'mend it', waived }),
  finding('a.unknown', 'unknown', { node: 'n1', message: 'not told' }),
];
const audit = answerOfAudit({
  node: 'n1',
  collectedAt: '2026-11-22T12:00:00.000Z',
  policyOrigin: 'the defaults',
  findings,
});
const quiet = (failOn: 'fail' | 'warn') =>
  renderText(audit, { verbose: false, color: false, quiet: true, failOn });

test('quiet leaves the answer and what decides it', () => {
  const [head = '', ...rest] = quiet('fail').trimEnd().split('\n');
  expect(head).toMatch(/ node n1: /);
  expect(rest.filter((line) => line !== '')).toEqual([
    expect.stringMatching(/a\.unknown .*not told$/),
  ]);
});

test('quiet tells warnings when they decide', () => {
  expect(quiet('warn')).toContain('so so');
  expect(quiet('warn')).not.toContain('broken');
  expect(quiet('fail')).not.toContain('so so');
});

test('a quiet answer that nothing stands against is one line', () => {
  const open = answerOfGate({ ...closed, state: 'open', deciding: [], findings: [] });
  const text = renderText(open, { verbose: false, color: false, quiet: true, failOn: 'fail' });
  expect(text.trimEnd().split('\n')).toHaveLength(1);
});
