import { describe, expect, test } from 'vitest';
import { ParseError } from '../../agent/host/host.ts';
import {
  keyValueLines,
  parseCpuList,
  parseKernelSize,
  parseWhole,
  quote,
  textLines,
} from '../../agent/parse.ts';

describe('a kernel CPU list', () => {
  test.each([
    ['', []],
    ['\n', []],
    ['0\n', [0]],
    ['0-3,8', [0, 1, 2, 3, 8]],
    ['0,2-3,64-65\n', [0, 2, 3, 64, 65]],
    ['0-1\n\0', [0, 1]],
  ])('%j is %j', (text, numbers) => {
    expect(parseCpuList(text, 'online')).toEqual(numbers);
  });

  test.each(['0-', '-1', '3-0', '0,,1', '0-3;8', 'ff', '0-99999999', '0-70000', '0x3', '0\0-1'])(
    '%j is refused',
    (text) => {
      expect(() => parseCpuList(text, 'online')).toThrow(ParseError);
      expect(() => parseCpuList(text, 'online')).toThrow(/^online: expected a list such as 0-3,8/);
    },
  );
});

test('key: value lines keep their order and lose their padding', () => {
  const text = 'MemTotal:   12 kB\n\nb\t: x: y\r\nempty:\n';
  expect(keyValueLines(text, 'file')).toEqual([
    ['MemTotal', '12 kB'],
    ['b', 'x: y'],
    ['empty', ''],
  ]);
});

test.each(['no separator', ': no key'])('the line %j is refused', (text) => {
  expect(() => keyValueLines(text, 'file')).toThrow(`file: expected "key: value", found "${text}"`);
});

test('binary data is refused', () => {
  expect(() => textLines('a\0b', 'file')).toThrow(ParseError);
});

test('a kernel size is counted in units of 1024 bytes', () => {
  expect(parseKernelSize('24684092 kB', 'MemTotal')).toBe(25276510208);
});

test.each(['24684092', '12 MB', '-1 kB', '1.5 kB', '1,5 kB', '', '9999999999999 kB'])(
  'the size %j is refused',
  (text) => {
    expect(() => parseKernelSize(text, 'MemTotal')).toThrow(ParseError);
  },
);

test('a whole number is read with its line end', () => {
  expect(parseWhole(' 42\n', 'count')).toBe(42);
});

test.each(['', '4.2', '-1', '0x10', '1e3', '12 kB', '1234567890123456'])(
  'the whole number %j is refused',
  (text) => {
    expect(() => parseWhole(text, 'count')).toThrow(ParseError);
  },
);

test('a long text is quoted by its beginning', () => {
  expect(quote('x'.repeat(100))).toBe(`"${'x'.repeat(60)}…"`);
});
