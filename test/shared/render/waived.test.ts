import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../shared/check.ts';
import type { FleetNode } from '../../../shared/fleet.ts';
import type { GateResult } from '../../../shared/gate.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { countsOf, tally, troubles } from '../../../shared/render/counts.ts';
import { renderFleet } from '../../../shared/render/tables.ts';
import { renderGate } from '../../../shared/render/text.ts';
import { closed, open } from './results.ts';

const waived = {
  reason: 'the second disk comes on Friday',
  owner: 'anna',
  expires: '2026-03-06T00:00:00Z',
};

/** The closed gate's findings, its failures and warnings waived. */
const findings = closed.findings.map(
  (one): Finding => (['fail', 'warn'].includes(one.verdict) ? { ...one, waived } : one),
);
const result: GateResult = { ...closed, state: 'undecided', findings };

describe('waived findings', () => {
  test('stand beside the others with who, why and until when, as in gate-waived.txt', async () => {
    const text = renderGate(result, { verbose: false, color: false });

    await expect(text).toMatchFileSnapshot('../../golden/gate-waived.txt');
  });

  test('say the same in colour', () => {
    const colored = renderGate(result, { verbose: true, color: true });

    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences are the subject
    expect(colored.replaceAll(/\u001b\[[\d;]*m/g, '')).toBe(
      renderGate(result, { verbose: true, color: false }),
    );
  });

  test('let no hostile reason or owner make a line', () => {
    const hostile = { ...waived, reason: '\u001b[2J\nOPEN  gate', owner: '\u202e\r' };
    const one = findings.slice(0, 2).map((each) => ({ ...each, waived: hostile }));
    const text = renderGate({ ...open, findings: one }, { verbose: false, color: false });

    expect(text).toContain('waived: by \\u{202e}\\r until 2026-03-06T00:00:00Z: \\x1b[2J\\nOPEN');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('have a column of their own in the table of nodes when there are any', () => {
    const [node] = closed.nodes;
    const nodes: FleetNode[] = [
      {
        node: node?.node ?? '',
        expected: true,
        freshness: 'fresh',
        ageMs: 720_000,
        report: null,
        findings,
      },
    ];
    const now = new Date(closed.at);
    const fleet = { cluster: 'c', policy: defaultPolicy(), now, nodes, clusterFindings: [] };

    expect(renderFleet(fleet, [], { color: false }).split('\n').slice(2, 4)).toEqual([
      'NODE                  REPORT      FAIL  UNKNOWN  WARN  WAIVED  PASS  SKIP',
      'ganeti01.example.org  12 min old     ·        4     ·       5     1     1',
    ]);
  });
});

describe('the counts of findings', () => {
  const some = (...pairs: [Finding['verdict'], boolean][]): Finding[] =>
    pairs.map(([verdict, isWaived]) => {
      const base = { check: 'a.b', title: 'A', node: 'n1', verdict, message: 'm' };
      return isWaived ? { ...base, waived } : base;
    });

  test.each([
    [some(), 'nothing asked', '0 findings: 0 passed'],
    [some(['pass', false]), 'nothing wrong, nothing unknown', '1 finding: 1 passed'],
    [
      some(['fail', true], ['warn', true], ['pass', false]),
      '2 waived, nothing else wrong, nothing unknown',
      '3 findings: 2 waived, 1 passed',
    ],
    [
      some(['fail', true], ['fail', false], ['unknown', true]),
      '1 failure, 1 unknown, 1 waived',
      '3 findings: 1 failure, 1 unknown, 1 waived, 0 passed',
    ],
  ])('keep the waived apart (%#)', (all, wrong, total) => {
    expect(troubles(countsOf(all))).toBe(wrong);
    expect(tally(countsOf(all))).toBe(total);
  });
});
