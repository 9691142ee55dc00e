import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agent, commandsBelow, muster } from '../packaging/manual/programs.ts';
import { pathOf } from '../shared/command-line.ts';
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

  test('names commands, options and scripts that there are', () => {
    const words = [...text.matchAll(/`((?:muster(?:-agent)?|npm run) [^`]+)`/g)];
    expect(words.length).toBeGreaterThan(3);
    expect(words.map(([, one = '']) => one).filter((one) => !exists(one))).toEqual([]);
  });

  test('names no address at which nobody may be listening, and promises no time', () => {
    expect(text).not.toMatch(/https?:|\S@\S|within a (day|week|month)/);
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

/** Whether a command line could be typed as it stands. */
function exists(words: string): boolean {
  const [program = '', ...rest] = words.split(' ');
  if (program === 'npm') {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    return Object.hasOwn(scripts, rest[1] ?? '');
  }
  const { command } = program === 'muster' ? muster : agent;
  const options = rest.filter((word) => word.startsWith('-'));
  const path = rest.filter((word) => !word.startsWith('-')).join(' ');
  const named = path === '' ? command : commandsBelow(command).find((one) => pathOf(one) === path);
  const known = named?.options.flatMap(({ long }) => long ?? []) ?? [];
  return named !== undefined && options.every((option) => known.includes(option));
}

/** Every quoted text of a test file that may be the title of a test or of a case. */
function titlesIn(source: string): string[] {
  const quoted = source.matchAll(/'((?:[^'\\\n]|\\.)+)'|"((?:[^"\\\n]|\\.)+)"/g);
  return [...quoted].map(([, single, double]) => single ?? double ?? '');
}
