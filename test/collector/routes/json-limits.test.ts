import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countKeys,
  DEPTH_LIMIT,
  KEYS_LIMIT,
  MEMBERS_LIMIT,
  measureJson,
  NUMBER_LIMIT_BYTES,
  STRING_LIMIT_BYTES,
} from '../../../collector/routes/json-limits.ts';

const measured = (text: string) => measureJson(Buffer.from(text));
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const list = (members: number) => `[${Array.from({ length: members }, () => 1).join()}]`;
const object = '{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":0}';
const objects = (keys: number) => `[${Array.from({ length: keys / 10 }, () => object).join()}]`;

describe('at the limit and one beyond it:', () => {
  const limits: Record<string, [good: string, bad: string, trouble: RegExp]> = {
    depth: [nested(DEPTH_LIMIT), nested(DEPTH_LIMIT + 1), /nested more than 32 deep/],
    members: [list(MEMBERS_LIMIT), list(MEMBERS_LIMIT + 1), /more than 20000 members/],
    keys: [objects(KEYS_LIMIT), objects(KEYS_LIMIT + 10), /more than 100000 keys/],
    'a string': [
      `"${'x'.repeat(STRING_LIMIT_BYTES)}"`,
      `"${'x'.repeat(STRING_LIMIT_BYTES + 1)}"`,
      /string of more than 65536 bytes/,
    ],
    'a string of escapes': [
      `"${'\\"'.repeat(STRING_LIMIT_BYTES / 2)}"`,
      `"${'\\"'.repeat(STRING_LIMIT_BYTES / 2 + 1)}"`,
      /string of more than/,
    ],
    'a number': [
      `-${'9'.repeat(NUMBER_LIMIT_BYTES - 1)}`,
      `-${'9'.repeat(NUMBER_LIMIT_BYTES)}`,
      /number of more than 40 characters/,
    ],
    'a number with its exponent': [
      `1.5E+${'0'.repeat(NUMBER_LIMIT_BYTES - 5)}`,
      `1.5E+${'0'.repeat(NUMBER_LIMIT_BYTES - 4)}`,
      /number of more than/,
    ],
  };

  test.each(Object.entries(limits))('%s', (_, [good, bad, trouble]) => {
    expect(measured(good).trouble).toBeNull();
    expect(measured(bad).trouble).toMatch(trouble);
  });
});

test('what stands in strings counts for nothing', () => {
  const text = JSON.stringify({ 'a{b[c,d:"e': '{[,:"1234567890'.repeat(500) });
  expect(measured(text)).toEqual({ trouble: null, keys: 1 });
});

test('of any JSON the keys are counted before as after it was parsed', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      const { trouble, keys } = measured(text);
      expect(trouble).toBeNull();
      expect(countKeys(JSON.parse(text)).keys).toBe(keys);
    }),
  );
});

test('any bytes at all are measured to an end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const { keys } = measureJson(bytes);
      expect(keys).toBeLessThanOrEqual(bytes.length);
    }),
  );
});

test('the key __proto__ is found at any depth and in any spelling', () => {
  const found = (text: string) => countKeys(JSON.parse(text)).prototype;
  expect(found('[{"a":[{"__proto__":1}]}]')).toBe(true);
  expect(found('{"\\u005f_proto__":1}')).toBe(true);
  expect(found('{"__proto":1,"proto__":"__proto__"}')).toBe(false);
});
