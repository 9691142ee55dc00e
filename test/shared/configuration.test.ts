import { describe, expect, test } from 'vitest';
import {
  environmentLayer,
  mergeLayers,
  misspeltVariables,
  type Setting,
  variableOf,
} from '../../shared/configuration.ts';
import { fileLayer } from '../../shared/configuration-file.ts';

const settings: Setting[] = [
  { key: 'collector', flag: false, choices: null, initial: null },
  { key: 'token-file', flag: false, choices: null, initial: null },
  { key: 'keep', flag: false, choices: null, initial: '400d' },
  { key: 'color', flag: false, choices: ['auto', 'never'], initial: 'auto' },
  { key: 'open-page', flag: true, choices: null, initial: 'false' },
];

describe('the environment', () => {
  test('sets a key by its variable; one that is empty or another program’s sets nothing', () => {
    expect(variableOf('token-file')).toBe('MUSTER_TOKEN_FILE');
    const env = {
      MUSTER_TOKEN_FILE: '/run/t',
      MUSTER_OPEN_PAGE: 'true',
      MUSTER_KEEP: '',
      KEEP: '1d',
    };
    expect([...environmentLayer(settings, env)]).toEqual([
      ['token-file', { value: '/run/t', origin: 'MUSTER_TOKEN_FILE' }],
      ['open-page', { value: true, origin: 'MUSTER_OPEN_PAGE' }],
    ]);
  });

  test('takes "false" for false', () => {
    expect(environmentLayer(settings, { MUSTER_OPEN_PAGE: 'false' }).get('open-page')).toEqual({
      value: false,
      origin: 'MUSTER_OPEN_PAGE',
    });
  });

  test.each([
    ['MUSTER_OPEN_PAGE', 'yes', 'MUSTER_OPEN_PAGE: expected true or false; found "yes"'],
    ['MUSTER_COLOR', 'red', 'MUSTER_COLOR: expected one of auto, never; found "red"'],
    [
      'MUSTER_COLLECTOR',
      'https://me:s3cret@c.example.org',
      'MUSTER_COLLECTOR: a password does not belong here, but into a file',
    ],
  ])('%s=%s is refused by its name', (name, value, message) => {
    expect(() => environmentLayer(settings, { [name]: value })).toThrow(
      expect.objectContaining({ exit: 'badConfiguration', message }),
    );
  });

  test('a misspelt variable is told; what an orchestrator sets is not', () => {
    const env = {
      MUSTER_COLECTOR: 'x',
      MUSTER_TOKEN: 'x',
      MUSTER_KEEP: '1d',
      MUSTER_SERVICE_HOST: 'x',
      MUSTER_PORT_8470_TCP_ADDR: 'x',
      OTHER_COLLECTOR: 'x',
    };
    expect(misspeltVariables(settings, env)).toEqual([
      'MUSTER_COLECTOR sets nothing; did you mean MUSTER_COLLECTOR?',
      'MUSTER_TOKEN sets nothing; did you mean MUSTER_TOKEN_FILE?',
    ]);
  });
});

describe('a file', () => {
  test('sets keys, each with its line', () => {
    const text = '# ours\ncollector: https://c\n\nopen-page: false\nkeep: 400\n';
    expect([...fileLayer(settings, text, '/etc/c.yaml')]).toEqual([
      ['collector', { value: 'https://c', origin: '/etc/c.yaml:2' }],
      ['keep', { value: '400', origin: '/etc/c.yaml:5' }],
      ['open-page', { value: false, origin: '/etc/c.yaml:4' }],
    ]);
  });

  test.each(['', '# nothing yet\n', '{}\n'])('that says nothing sets nothing: %j', (text) => {
    expect([...fileLayer(settings, text, 'c.yaml')]).toEqual([]);
  });

  test.each([
    ['colector: x\n', 'c.yaml:1:1: colector: unknown key; did you mean "collector"?'],
    ['token: x\n', 'c.yaml:1:1: token: unknown key; did you mean "token-file"?'],
    ['open-page: yes\n', 'c.yaml:1:1: open-page: expected true or false; found "yes"'],
    ['keep: 1.5\n', 'c.yaml:1:1: keep: expected a text; found 1.5'],
    ['keep:\n', 'c.yaml:1:1: keep: expected a text; found null'],
    ['keep: ""\n', 'c.yaml:1:1: keep: expected a text; found ""'],
    ['color: red\n', 'c.yaml:1:1: color: expected one of auto, never; found "red"'],
    ['keep: {a: 1}\n', 'c.yaml:1:1: keep: expected a text; found {"a":1}'],
    ['- keep\n', 'c.yaml: expected keys, each with a value; found ["keep"]'],
    ['keep: 1d\nkeep: 2d\n', 'c.yaml:2:1: Map keys must be unique'],
    [
      'collector: https://me:s3cret@c\n',
      'c.yaml:1:1: collector: a password does not belong here, but into a file',
    ],
  ])('%j is refused with its place', (text, message) => {
    expect(() => fileLayer(settings, text, 'c.yaml')).toThrow(
      expect.objectContaining({ exit: 'badConfiguration', message }),
    );
  });

  test('names every mistake at once', () => {
    expect(() => fileLayer(settings, 'kep: 1d\ncolor: red\n', 'c.yaml')).toThrow(
      'c.yaml:2:1: color: expected one of auto, never; found "red"\n' +
        'c.yaml:1:1: kep: unknown key; did you mean "keep"?',
    );
  });
});

test('of two layers the first that says something decides, key by key', () => {
  const first = new Map([['keep', { value: '1d', origin: 'MUSTER_KEEP' }]]);
  const second = new Map([
    ['keep', { value: '2d', origin: 'c.yaml:1' }],
    ['color', { value: 'never', origin: 'c.yaml:2' }],
  ]);
  expect([...mergeLayers([first, second])]).toEqual([
    ['keep', { value: '1d', origin: 'MUSTER_KEEP' }],
    ['color', { value: 'never', origin: 'c.yaml:2' }],
  ]);
});
