import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../shared/policy-file.ts';
import { isOpen } from '../../shared/window.ts';
import { showProblem } from '../../shared/yaml-file.ts';

const whole = {
  nodes: ['n1', '*.rack1.example.org'],
  from: '2027-01-31T20:00:00Z',
  until: '2027-01-31T22:00:00Z',
  reason: 'new power supplies',
};

const GLOB = 'expected the name of a node, or a glob such as "*.rack1.example.org"';
const INSTANT = 'expected a UTC instant such as 2027-01-31T22:00:00Z';

function problems(window: Record<string, unknown>): string[] {
  const result = parsePolicy(JSON.stringify({ windows: [window] }, null, 1), 'policy.yaml');
  return result.ok ? [] : result.problems.map(showProblem);
}

describe('a window', () => {
  test('is of nodes, from an instant until another, for a reason', () => {
    const yaml = [
      'windows:',
      '  - nodes: [n1, "*.rack1.example.org"]',
      '    from: 2027-01-31T20:00:00Z',
      '    until: 2027-01-31T22:00:00Z',
      '    reason: new power supplies',
    ].join('\n');
    const result = parsePolicy(yaml, 'policy.yaml');
    expect(result.ok && result.policy.windows).toEqual([whole]);
  });

  test.each([
    ['no nodes', { nodes: [] }, `:4:4: windows[0].nodes: ${GLOB}; found []`],
    ['a node without a name', { nodes: [''] }, `:5:5: windows[0].nodes[0]: ${GLOB}; found ""`],
    ['a date alone', { from: '2027-01-31' }, `windows[0].from: ${INSTANT}; found "2027-01-31"`],
    [
      'an instant of another zone',
      { until: '2027-01-31T22:00:00+01:00' },
      `windows[0].until: ${INSTANT}; found "2027-01-31T22:00:00+01:00"`,
    ],
    [
      'an end at its beginning',
      { until: whole.from },
      'windows[0].until: expected an instant after "from"; found "2027-01-31T20:00:00Z"',
    ],
    ['no reason', { reason: ' ' }, 'windows[0].reason: expected the reason, in words; found " "'],
    ['a key it does not know', { owner: 'anna' }, 'windows[0].owner'],
  ])('with %s is refused where it stands', (_what, change, message) => {
    const [problem, ...others] = problems({ ...whole, ...change });
    expect(problem).toContain(message);
    expect(problem).toMatch(/^policy\.yaml:\d+:\d+: /);
    expect(others).toEqual([]);
  });

  test.each(['nodes', 'from', 'until', 'reason'])('must have %s', (key) => {
    const left = Object.entries(whole).filter(([one]) => one !== key);
    expect(problems(Object.fromEntries(left))[0]).toContain(`windows[0].${key}: expected`);
  });

  test.each([
    ['2027-01-31T19:59:59.999Z', false],
    ['2027-01-31T20:00:00Z', true],
    ['2027-01-31T21:59:59.999Z', true],
    ['2027-01-31T22:00:00Z', false],
  ])('at %s is open: %s', (now, open) => {
    expect(isOpen(whole, new Date(now))).toBe(open);
  });
});
