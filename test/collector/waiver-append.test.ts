import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { additionTo, waiverFile } from '../../collector/waiver-append.ts';
import type { Waiver } from '../../shared/waiver.ts';
import { parseWaivers } from '../../shared/waiver-file.ts';

const added: Waiver = {
  check: 'storage.size',
  node: 'n1',
  reason: 'the disk is ordered',
  owner: 'anna',
  expires: '2027-01-31T00:00:00Z',
};

const entry =
  '- check: storage.size\n  node: n1\n  reason: the disk is ordered\n  owner: anna\n' +
  '  expires: 2027-01-31T00:00:00Z\n';
const standing = '- check: a.b # known\n  reason: r\n  owner: o\n  expires: 2027-01-31T00:00:00Z';

function appended(text: string, waivers: Waiver[] = [added]): string {
  return additionTo(waiverFile(text, 'w.yaml'), waivers);
}

describe('what is appended to a waiver file', () => {
  test.each<[string, string, string]>([
    ['nothing', '', entry],
    ['only a comment', '# ours\n', entry],
    ['a list', `${standing}\n`, entry],
    ['a list whose last line has not ended', standing, `\n${entry}`],
    ['an indented list', `# ours\n${indented(`${standing}\n`)}`, indented(entry)],
  ])('to %s', (_, text, addition) => {
    expect(appended(text)).toBe(addition);
  });

  test.each([
    ['a list in brackets', '[]'],
    ['a document that has ended', `${standing}\n...\n`],
  ])('is refused for %s, with what to write by hand', (_, text) => {
    expect(() => appended(text)).toThrow(`add this by hand:\n${entry}`);
  });

  test('is nothing to a file that is no waiver file', () => {
    expect(() => appended('- a: 1\n')).toThrow(/^w\.yaml:1:3: \[0\]\.check: /);
  });

  test('says what was meant whatever the words are', () => {
    const words = fc.string({ unit: 'grapheme', minLength: 1 }).filter((one) => one.trim() !== '');
    fc.assert(
      fc.property(words, words, words, (reason, owner, node) => {
        const waivers = [{ ...added, reason, owner, node }, added];
        const text = `# ours\n${appended('# ours\n', waivers)}`;
        expect(parseWaivers(text, 'w.yaml')).toEqual({ ok: true, waivers });
      }),
    );
  });
});

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ');
}
