import { describe, expect, test } from 'vitest';
import { type Answer, exitOfAnswer } from '../../shared/answer.ts';
import type { Finding } from '../../shared/check.ts';
import { exitCodes } from '../../shared/exit.ts';
import type { GateState } from '../../shared/gate.ts';
import { formats, type OutputChoice, planOutputs } from '../../shared/outputs.ts';
import { renderers } from '../../shared/render/formats.ts';
import { auditOf, finding, gateOf, options } from './render/answers.ts';

const waived = { owner: 'alice', reason: 'ordered', expires: '2026-12-01T00:00:00Z' };

interface Case {
  findings: Finding[];
  state: GateState;
  /** the code with `--fail-on fail`, with `--fail-on warn`, and with `--format nagios` */
  codes: [fail: number, warn: number, nagios: number];
}

/** DESIGN's table: 2 over 3 over 1, and a warning is 1 only when asked for, or for nagios. */
const table: Record<string, Case> = {
  'all pass': { findings: [finding('pass'), finding('skip')], state: 'open', codes: [0, 0, 0] },
  warning: { findings: [finding('pass'), finding('warn')], state: 'open', codes: [0, 1, 1] },
  'waived warning': { findings: [finding('warn', { waived })], state: 'open', codes: [0, 0, 0] },
  'waived failure': { findings: [finding('fail', { waived })], state: 'open', codes: [0, 0, 0] },
  failure: { findings: [finding('fail'), finding('pass')], state: 'closed', codes: [2, 2, 2] },
  unknown: { findings: [finding('unknown')], state: 'undecided', codes: [3, 3, 3] },
  'unknown, waived all the same': {
    findings: [finding('unknown', { waived })],
    state: 'undecided',
    codes: [3, 3, 3],
  },
  'unknown and warning': {
    findings: [finding('warn'), finding('unknown')],
    state: 'undecided',
    codes: [3, 3, 3],
  },
  'everything at once': {
    findings: [finding('warn'), finding('unknown'), finding('fail')],
    state: 'closed',
    codes: [2, 2, 2],
  },
  'nothing asked': { findings: [], state: 'undecided', codes: [3, 3, 3] },
};

/** The code of an answer, decided and then formatted, as a command does it. */
function codeOf(
  answer: Answer,
  choice: Pick<OutputChoice, 'failOn' | 'format' | 'output'>,
): number {
  const outputs = planOutputs({ color: 'never', verbose: false, ...choice });
  const code = exitCodes[exitOfAnswer(answer, outputs.failOn)];
  renderers[outputs.printed](answer, { ...options, failOn: choice.failOn });
  return code;
}

test('verdicts end in the codes of the table, in every format', () => {
  const rows = Object.entries(table).flatMap(([name, { findings, state, codes }]) =>
    [gateOf(findings, state), auditOf(findings)].flatMap((answer) =>
      (['fail', 'warn'] as const).flatMap((failOn, index) => [
        ...formats.map((format) => ({
          row: [name, answer.kind, failOn, format],
          expected: codes[format === 'nagios' ? 2 : index],
          code: codeOf(answer, { failOn, format }),
        })),
        // what is written beside changes nothing; what is printed does, however it was asked for
        {
          row: [name, answer.kind, failOn, 'nagios:FILE'],
          expected: codes[index],
          code: codeOf(answer, { failOn, output: ['nagios:FILE'] }),
        },
        {
          row: [name, answer.kind, failOn, 'nagios:-'],
          expected: codes[2],
          code: codeOf(answer, { failOn, output: ['nagios:-'] }),
        },
      ]),
    ),
  );

  expect(rows.filter(({ code, expected }) => code !== expected)).toEqual([]);
  expect(rows).toHaveLength(10 * 2 * 2 * (formats.length + 2));
});

test('the word of the plugin and its exit code are one', () => {
  const words = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];
  for (const { findings, state, codes } of Object.values(table)) {
    const text = renderers.nagios(gateOf(findings, state), options);
    expect(text.split(' ')[1]).toBe(words[codes[2]]);
  }
});

describe('an answer', () => {
  test('of an audit is decided by the findings that stand, failures first', () => {
    const [unknown, fail] = [finding('unknown'), finding('fail')];
    const { deciding } = auditOf([unknown, finding('fail', { waived }), fail, finding('warn')]);

    expect(deciding).toEqual([fail, unknown]);
  });

  test.each([gateOf([], 'undecided'), gateOf([finding('pass')], 'undecided'), auditOf([])])(
    'that is undecided for lack of findings says so as a finding (%#)',
    ({ findings, deciding }) => {
      const [said] = deciding;
      expect(deciding).toHaveLength(1);
      expect(said?.verdict).toBe('unknown');
      expect(findings.at(-1)).toBe(said);
    },
  );
});
