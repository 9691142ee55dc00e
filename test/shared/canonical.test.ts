import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../shared/canonical.ts';

test('sorts the keys at every depth and keeps the order of lists', () => {
  const value = { b: [2, { d: 1, c: null }, 1], a: { z: 'é', y: undefined } };
  expect(canonicalJson(value)).toBe('{"a":{"z":"é"},"b":[2,{"c":null,"d":1},1]}');
});

test('is one text whatever the order in which the keys were written', () => {
  const keys = fc.uniqueArray(fc.string(), { maxLength: 8 });
  fc.assert(
    fc.property(keys, fc.jsonValue(), (names, value) => {
      const written = names.map((name) => [name, value] as const);
      const one = Object.fromEntries(written);
      expect(canonicalJson(one)).toBe(canonicalJson(Object.fromEntries(written.toReversed())));
      expect(JSON.parse(canonicalJson(one))).toEqual(JSON.parse(JSON.stringify(one)));
    }),
  );
});
