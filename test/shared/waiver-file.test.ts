import { describe, expect, test } from 'vitest';
import { parseWaivers } from '../../shared/waiver-file.ts';
import { showProblem } from '../../shared/yaml-file.ts';

const whole = {
  check: 'storage.size',
  node: 'n1',
  subject: 'gnt',
  verdict: 'fail',
  reason: 'the disk is ordered',
  owner: 'anna',
  expires: '2027-01-31T00:00:00Z',
  fingerprint: 'v1-0123456789abcdef',
};

const EXPIRES =
  'expected a UTC instant such as 2027-01-31T00:00:00Z; a date alone leaves open when it ends';

function problems(text: string): string[] {
  const result = parseWaivers(text, 'waivers.yaml');
  return result.ok ? [] : result.problems.map(showProblem);
}

function without(...keys: string[]): string {
  const left = Object.entries(whole).filter(([key]) => !keys.includes(key));
  return JSON.stringify([Object.fromEntries(left)]);
}

function withValue(key: string, value: unknown): string {
  return JSON.stringify([{ ...whole, [key]: value }]);
}

describe('a waiver file', () => {
  test('is a list of waivers, as YAML or as JSON', () => {
    const yaml = Object.entries(whole)
      .map(([key, value]) => `${key}: ${value}`)
      .join('\n  ');
    const expected = { ok: true, waivers: [whole] };
    expect(parseWaivers(`# ours\n- ${yaml}\n`, 'waivers.yaml')).toEqual(expected);
    expect(parseWaivers(JSON.stringify([whole]), 'waivers.json')).toEqual(expected);
  });

  test.each(['', '\n', '# nothing yet\n', '[]'])('may hold none: %j', (text) => {
    expect(parseWaivers(text, 'waivers.yaml')).toEqual({ ok: true, waivers: [] });
  });

  test.each(['node', 'subject', 'verdict', 'fingerprint'])('may leave out %s', (key) => {
    expect(problems(without(key))).toEqual([]);
  });

  test.each([
    ['check', 'expected the id of a check, or a glob such as "storage.*"'],
    ['reason', 'expected the reason, in words'],
    ['owner', 'expected who answers for it'],
    ['expires', EXPIRES],
  ])('must have %s', (key, message) => {
    expect(problems(without(key))).toEqual([
      `waivers.yaml:1:2: [0].${key}: ${message}; found nothing`,
    ]);
  });

  test.each<[string, unknown]>([
    ['reason', ' \t'],
    ['owner', ''],
    ['check', '  '],
    ['node', ''],
    ['node', null],
    ['subject', 7],
    ['reason', 'x'.repeat(1001)],
    ['verdict', 'unknown'],
    ['verdict', 'pass'],
    ['fingerprint', '0123456789abcdef'],
    ['fingerprint', 'v1-0123456789ABCDEF'],
    ['expires', '2027-01-31'],
    ['expires', '2027-01-31T00:00:00'],
    ['expires', '2027-01-31T00:00:00+01:00'],
    ['expires', '2027-02-29T00:00:00Z'],
    ['expires', 'never'],
    ['expires', 1_800_000_000],
  ])('refuses %s %j, and says where', (key, value) => {
    const [first, ...others] = problems(withValue(key, value));
    expect(first).toMatch(new RegExp(`^waivers\\.yaml:1:\\d+: \\[0\\]\\.${key}: .+; found `));
    expect(others).toEqual([]);
  });

  test('says of a plain date why it is no end', () => {
    const text = '- check: a.b\n  reason: r\n  owner: o\n  expires: 2027-01-31\n';
    expect(problems(text)).toEqual([
      `waivers.yaml:4:3: [0].expires: ${EXPIRES}; found "2027-01-31"`,
    ]);
  });

  test.each<[string, string, string[]]>([
    [
      'an unknown key, with the nearest',
      '- check: a.b\n  reason: r\n  ownr: o\n  owner: o\n  expires: 2027-01-31T00:00:00Z\n',
      ['waivers.yaml:3:3: [0].ownr: unknown key; did you mean "owner"?'],
    ],
    [
      'a waiver that is none',
      '- 5\n',
      ['waivers.yaml:1:3: [0]: expected object, received number; found 5'],
    ],
    [
      'a mapping in place of the list',
      'waivers: []\n',
      ['waivers.yaml: expected a list of waivers, each after a "- "; found {"waivers":[]}'],
    ],
  ])('refuses %s', (_title, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  test.each(['- check: [b', '\t- x', '- a: 1\n  a: 2\n', '\u0000\u0001'])(
    'that is no YAML is refused: %j',
    (text) => {
      expect(problems(text)[0]).toMatch(/^waivers\.yaml:/);
    },
  );

  test('that multiplies by aliases is refused', () => {
    const rows = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [one, other] of ['ab', 'bc', 'cd', 'de', 'ef'].map((pair) => [...pair])) {
      rows.push(`${other}: &${other} [${Array(10).fill(`*${one}`).join(', ')}]`);
    }
    expect(problems(rows.join('\n'))[0]).toMatch(/^waivers\.yaml: .*alias/);
  });

  test('may be held against the checks there are', () => {
    const wrong = (check: string) => (check === 'storage.size' ? null : 'no such check');
    expect(parseWaivers(JSON.stringify([whole]), 'w', wrong).ok).toBe(true);
    expect(parseWaivers(withValue('check', 'storage.sise'), 'w', wrong)).toEqual({
      ok: false,
      problems: [
        {
          file: 'w',
          line: 1,
          column: 3,
          path: '[0].check',
          message: 'no such check; found "storage.sise"',
        },
      ],
    });
  });
});
