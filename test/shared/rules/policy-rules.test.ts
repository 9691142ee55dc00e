import { describe, expect, test } from 'vitest';
import { parsePolicy, readPolicyText, showProblem } from '../../../shared/policy-file.ts';

const head = '  - id: big\n    title: Nodes are big\n    message: it is small\n    remedy: buy\n';
const rule = (rest: string) => `rules:\n${head}${rest}`;

async function problems(text: string): Promise<string[]> {
  const result = await readPolicyText(text, 'cluster.yaml');
  return result.ok ? [] : result.problems.map(showProblem);
}

describe('the rules of a policy file', () => {
  test('become checks, and fail where nothing else is said', async () => {
    const result = await readPolicyText(rule('    that: cpu.cores > 4\n'), 'cluster.yaml');
    expect(result.ok && result.rules.map(({ id, title }) => ({ id, title }))).toEqual([
      { id: 'rule.big', title: 'Nodes are big' },
    ]);
    expect(result.ok && result.policy.rules[0]?.severity).toBe('fail');
  });

  test('may be named by the severities, and only those that are there', () => {
    const wrongOf = (check: string, own: readonly string[]) =>
      own.includes(check) ? null : `not among ${own.join()}`;
    const text = `severity: {rule.big: warn, rule.bigg: warn}\n${rule('    that: "true"\n')}`;
    const result = parsePolicy(text, 'cluster.yaml', wrongOf);
    expect(result.ok ? [] : result.problems.map(showProblem)).toEqual([
      'cluster.yaml:1:28: severity.rule.bigg: not among rule.big',
    ]);
  });

  const wrong: [what: string, rest: string, problem: string][] = [
    [
      'a plain text',
      '    that: cpu.corse > 4\n',
      '6:15: rules[0].that: no fact "corse" there; did you mean "cores"?',
    ],
    [
      'a quoted text',
      `    that: 'node == "a" && cpu.corse > 4'\n`,
      '6:31: rules[0].that: no fact "corse" there; did you mean "cores"?',
    ],
    [
      'a text of several lines',
      '    when: |\n\n      node != "" &&\n          cpu.corse > 4\n    that: "true"\n',
      '9:15: rules[0].when: no fact "corse" there; did you mean "cores"?',
    ],
    [
      'a text that is not written as it reads',
      '    that: "\\x63pu.corse > 4"\n',
      '6:5: rules[0].that: at character 5: no fact "corse" there; did you mean "cores"?',
    ],
  ];
  test.each(wrong)('in %s a mistake has its line and column', async (_, rest, problem) => {
    expect(await problems(rule(rest))).toEqual([`cluster.yaml:${problem}`]);
  });

  const refused: [what: string, text: string, problem: RegExp][] = [
    [
      'an unknown key',
      rule('    that: "true"\n    sevrity: warn\n'),
      /7:5: .*did you mean "severity"\?$/,
    ],
    [
      'an id of capitals',
      rule('').replace('big', 'Big'),
      /2:5: rules\[0\]\.id: expected lower-case words/,
    ],
    ['no condition', rule(''), /rules\[0\]\.that: /],
    [
      'a gate that is none',
      rule('    that: "true"\n    gates: [instal]\n'),
      /expected one of install, join/,
    ],
    [
      'the same id twice',
      `${rule('    that: "true"\n')}${rule('    that: "true"\n').replace('rules:\n', '')}`,
      /7:5: rules\[1\]\.id: expected an id that no other rule has/,
    ],
  ];
  test.each(refused)('%s is refused', async (_, text, problem) => {
    expect((await problems(text)).join('\n')).toMatch(problem);
  });
});
