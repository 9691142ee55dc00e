import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../../shared/check.ts';
import type { GateState } from '../../../shared/gate.ts';
import { renderNagios } from '../../../shared/render/nagios.ts';
import { answersSaying, closedGate, finding, gateOf, hostile } from './answers.ts';

/** `'label'=value[UOM];[warn];[crit];[min];[max]` of the plugin development guidelines. */
const DATUM = /^[a-z_]+=(U|-?\d+(\.\d+)?(s|%|B)?)(;(\d+)?){0,4}$/;

describe('the output of a monitoring plugin', () => {
  test.each([
    ['open', ['pass', 'skip'], 'OK'],
    ['open', ['pass', 'warn'], 'WARNING'],
    ['closed', ['fail', 'warn', 'unknown'], 'CRITICAL'],
    ['undecided', ['unknown', 'warn'], 'UNKNOWN'],
  ] as [GateState, Verdict[], string][])('%s with %j is %s', (state, verdicts, word) => {
    const text = renderNagios(
      gateOf(
        verdicts.map((verdict) => finding(verdict)),
        state,
      ),
    );

    expect(text.split(' ').slice(0, 3)).toEqual(['MUSTER', word, '-']);
  });

  test.each([closedGate, ...answersSaying(hostile)])(
    'has one bar, in the first line, performance data after it, and no tag (%#)',
    (answer) => {
      const text = renderNagios(answer);
      const [first = '', ...rest] = text.split('\n');
      const [words = '', data = '', ...more] = first.split(' | ');

      expect(more).toEqual([]);
      expect(words.length).toBeLessThanOrEqual(242);
      expect(data.split(' ').filter((datum) => !DATUM.test(datum))).toEqual([]);
      expect(rest.join('\n')).not.toContain('|');
      expect(text).not.toMatch(/[<>]/);
    },
  );

  test('shows a bar and a tag as what looks like them', () => {
    const gate = gateOf([finding('fail', { message: 'a | b <c>', remedy: 'd\ne' })], 'closed');

    expect(renderNagios(gate)).toContain(': a ¦ b ‹c› | failures=1');
    expect(renderNagios(gate)).toContain(': a ¦ b ‹c›; fix: d e\n');
  });

  test('says the age of the oldest facts, and U where there are none', () => {
    expect(renderNagios(closedGate)).toContain(' oldest_age=4980s;;;0\n');
    const nobody = { ...closedGate, nodes: [] };
    expect(renderNagios(nobody)).toContain(' oldest_age=U\n');
    const stale = { node: 'old', expected: true, freshness: 'stale' as const, collectedAt: null };
    const silent = { ...closedGate, nodes: [...closedGate.nodes, { ...stale, ageMs: 86_400_000 }] };
    expect(renderNagios(silent)).toContain(' oldest_age=86400s;;;0\n');
  });

  test('keeps within what monitoring keeps, and says how much it left out', () => {
    const many = Array.from({ length: 900 }, (_, index) =>
      finding('fail', { message: `number ${index} ${'long '.repeat(index === 3 ? 900 : 1)}` }),
    );
    const text = renderNagios(gateOf(many, 'closed'));

    expect(text.length).toBeLessThan(5000);
    expect(text.split('\n').at(-2)).toMatch(/^and \d+ more$/);
    const shown = text.split('\n').filter((line) => line.startsWith('FAIL ')).length;
    expect(text).toContain(`and ${900 - shown} more`);
  });
});
