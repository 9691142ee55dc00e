import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderPrometheus } from '../../../shared/render/prometheus.ts';
import {
  answersSaying,
  closedGate,
  finding,
  gateOf,
  hostile,
  openGate,
  warningAudit,
} from './answers.ts';
import { parseExposition, type Sample } from './exposition.ts';

function samplesOf(text: string, name: string): Sample[] {
  return parseExposition(text).filter((sample) => sample.name === name);
}

describe('metrics of an answer', () => {
  test.each([closedGate, openGate, warningAudit, ...answersSaying(hostile)])(
    'keep to the text format, and have only labels that are bounded (%#)',
    (answer) => {
      const names = parseExposition(renderPrometheus(answer)).flatMap(({ labels }) =>
        Object.keys(labels),
      );
      const bounded = ['cluster', 'gate', 'node', 'check', 'verdict', 'state', 'freshness'];

      expect(names.filter((name) => !bounded.includes(name))).toEqual([]);
    },
  );

  test('say one state out of three', () => {
    const states = samplesOf(renderPrometheus(closedGate), 'muster_gate').map(
      ({ labels, value }) => [labels.state, value],
    );

    expect(states).toEqual([
      ['open', 0],
      ['closed', 1],
      ['undecided', 0],
    ]);
  });

  test('say when answer and reports are from, and nothing of a report that never came', () => {
    const text = renderPrometheus(closedGate);

    expect(samplesOf(text, 'muster_gate_timestamp_seconds').map(({ value }) => value)).toEqual([
      1_772_334_000,
    ]);
    expect(
      samplesOf(text, 'muster_report_timestamp_seconds').map(({ labels, value }) => [
        labels.node,
        value,
      ]),
    ).toEqual([
      ['node1.example.org', 1_772_333_280],
      ['node2.example.org', 1_772_329_020],
    ]);
    expect(
      samplesOf(renderPrometheus(warningAudit), 'muster_audit_timestamp_seconds'),
    ).toHaveLength(1);
  });

  test('count a check once for each verdict, and no waived finding', () => {
    const waived = { owner: 'a', reason: 'r', expires: '2026-12-01T00:00:00Z' };
    const gate = gateOf(
      [finding('fail'), finding('fail'), finding('warn'), finding('fail', { waived })],
      'closed',
    );

    expect(
      samplesOf(renderPrometheus(gate), 'muster_gate_check_findings').map(({ labels, value }) => [
        labels.check,
        labels.verdict,
        value,
      ]),
    ).toEqual([
      ['storage.size', 'fail', 2],
      ['storage.size', 'warn', 1],
    ]);
  });

  test('keep a hostile name whole, but for what no UTF-8 can hold', () => {
    const [gate] = answersSaying(hostile);
    const text = gate === undefined ? '' : renderPrometheus(gate);

    expect(samplesOf(text, 'muster_gate')[0]?.labels.cluster).toBe(hostile);
  });
});

test('metrics can be read whatever the texts in them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
      for (const answer of answersSaying(text)) parseExposition(renderPrometheus(answer));
    }),
  );
});

describe('the strict reader', () => {
  const head = '# HELP a What.\n# TYPE a gauge\n';
  test.each([
    `${head}a{b="c"} 1`,
    'a{b="c"} 1\n',
    `${head}b{b="c"} 1\n`,
    `${head}a{b="c} 1\n`,
    `${head}a{b="\\x"} 1\n`,
    `${head}a{b="1"} 1\na{b="1"} 2\n`,
    `${head}a{b="1",b="2"} 2\n`,
    `${head}a{b="1"} one\n`,
    `${head}${head}`,
  ])('refuses %j', (text) => {
    expect(() => parseExposition(text)).toThrow();
  });
});
