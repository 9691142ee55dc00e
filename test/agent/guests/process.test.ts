import { expect, test } from 'vitest';
import { parseStart, parseUid } from '../../../agent/guests/process.ts';
import { ParseError } from '../../../agent/host/host.ts';

test.each([
  ['Name:\tkvm\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n', 0],
  ['Name:\tUid:\nUid:\t0\t119\t119\t119\n', 119],
])('the effective user', (text, uid) => expect(parseUid(text)).toBe(uid));

test.each([[''], ['Name:\tkvm\n'], ['Uid:\t0\n'], ['Uid:\tx\ty\tz\tz\n'], ['\0Uid:\t0\t0\t0\n']])(
  'a status without its users is refused: %j',
  (text) => expect(() => parseUid(text)).toThrow(ParseError),
);

const behind = 'S 1 42 42 0 -1 4194560 9 0 0 0 5 6 0 0 20 0 3 0 12345 999 77';

test.each([[`42 (kvm) ${behind}\n`], [`42 (a) 1 (b c)) ${behind}\n`]])(
  'the start is the 22nd field, whatever the name is: %j',
  (text) => expect(parseStart(text)).toBe(123_450),
);

test.each([
  [''],
  ['42 kvm S 1'],
  ['42 (kvm) S 1 42'],
  [`42 (kvm) ${behind.replace('12345', '-')}`],
])('a stat without it is refused: %j', (text) =>
  expect(() => parseStart(text)).toThrow(ParseError),
);
