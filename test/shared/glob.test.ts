import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { globMatches, isGlob } from '../../shared/glob.ts';

describe('a glob', () => {
  test.each<[string, string, boolean]>([
    ['storage.size', 'storage.size', true],
    ['storage.size', 'storage.sizes', false],
    ['storage', 'storage.size', false],
    ['size', 'storage.size', false],
    ['storage.size', 'storage-size', false],
    ['Storage.size', 'storage.size', false],
    ['storage.*', 'storage.size', true],
    ['storage.*', 'storage.', true],
    ['storage.*', 'storage', false],
    ['*', '', true],
    ['*', 'anything at all', true],
    ['', '', true],
    ['', 'a', false],
    ['**', 'a', true],
    ['*.example.org', 'n1.example.org', true],
    ['*.example.org', 'n1.example.org.evil', false],
    ['n?.example.org', 'n1.example.org', true],
    ['n?.example.org', 'n.example.org', false],
    ['n?.example.org', 'n12.example.org', false],
    ['*a*b', 'xaxxb', true],
    ['*a*b', 'xbxxa', false],
    ['a*a', 'a', false],
    ['[ab]', 'a', false],
    ['a+', 'aa', false],
  ])('%j against %j: %j', (pattern, text, matches) => {
    expect(globMatches(pattern, text)).toBe(matches);
  });

  test('says what the equal regular expression says', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    fc.assert(
      fc.property(word, text, (pattern, one) => {
        const source = pattern.replaceAll('.', '\\.').replaceAll(/\*+/g, '.*').replaceAll('?', '.');
        expect(globMatches(pattern, one)).toBe(new RegExp(`^${source}$`).test(one));
      }),
    );
  });

  test('of many stars against a long text is answered at once', () => {
    expect(globMatches('*a'.repeat(200), 'a'.repeat(20_000).concat('b'))).toBe(false);
  });

  test.each([
    ['storage.size', false],
    ['storage.*', true],
    ['n?', true],
  ])('%j is one: %j', (name, glob) => {
    expect(isGlob(name)).toBe(glob);
  });
});
