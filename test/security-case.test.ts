import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './requirements.ts';

const text = readFileSync(join(root, 'SECURITY.md'), 'utf8');
const claims = text.split(/^### /m).slice(1);
const named = [...text.matchAll(/^- (test\/\S+\.ts): (.+)$/gm)].map(
  ([, file = '', title = '']) => ({
    file,
    title,
  }),
);

describe('the assurance case', () => {
  test.each(claims.map((claim) => [claim.split('\n')[0] ?? '', claim]))(
    'names a test for: %s',
    (_, claim) => expect(claim).toMatch(/^- test\/\S+\.ts: ./m),
  );

  test.each(named)('names a test that there is: $file, $title', ({ file, title }) => {
    expect([file, existsSync(join(root, file))]).toEqual([file, true]);
    expect(titlesIn(readFileSync(join(root, file), 'utf8'))).toContain(title);
  });

  test('says what is not covered, and how to report', () => {
    for (const heading of [
      'Reporting a vulnerability',
      'What is trusted',
      'Threats that are not',
    ]) {
      expect(text).toContain(`\n## ${heading}`);
    }
  });
});

/** Every quoted text of a test file that may be the title of a test or of a case. */
function titlesIn(source: string): string[] {
  const quoted = source.matchAll(/'((?:[^'\\\n]|\\.)+)'|"((?:[^"\\\n]|\\.)+)"/g);
  return [...quoted].map(([, single, double]) => single ?? double ?? '');
}
