import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ganetiList, shellLine, shellOf } from '../../shared/shell.ts';

/** Words that a shell would take for something else, and any other text it can be given. */
const word = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }).filter(isText),
  fc.constantFrom(
    ...['', "'", "''", '"', '\\', '$(id)', '`id`', '$PATH', '; id', '&& id', '| id', '> /x'],
    ...['a\nb', '\n', '* ?', '~', '#', '!!', '-n', '--', 'a=b', '\t', "'; id #", '{a,b}', 'a\\'],
  ),
);

/** No shell can be given a NUL, and half of a surrogate pair is no text. */
function isText(text: string): boolean {
  return !text.includes('\0') && !/\p{Cs}/u.test(text);
}

describe.each(['sh', 'bash'])('a line for %s', (shell) => {
  test('brings back every word as it was given', () => {
    const property = fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
      const line = shellLine(['printf', '%s\\0', ...words]);
      expect(spawnSync(shell, ['-n'], { input: line }).status).toBe(0);
      const { status, stdout } = spawnSync(shell, ['-c', line], { encoding: 'utf8' });
      expect({ status, words: stdout.split('\0').slice(0, -1) }).toEqual({ status: 0, words });
    });
    fc.assert(property, { numRuns: 150 });
  });

  test('appends what is not in a file, once, and writes it as it is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-shell-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "it's a file");
    const lines = ["-e $(id) 'x' \\n", '192.0.2.4 c'];
    const run = (line: string) => expect(spawnSync(shell, ['-euc', line]).status).toBe(0);
    run(shellOf({ do: 'write', file, lines: ['one', '%s'] }));
    for (const _ of [1, 2]) run(shellOf({ do: 'append', file, lines }));
    expect(readFileSync(file, 'utf8')).toBe(`one\n%s\n${lines.join('\n')}\n`);
  });
});

describe('a command that another one makes needless', () => {
  const marked = (unless: string[]) =>
    shellOf({ do: 'run', argv: ['printf', 'done'], unless: unless.length > 0 ? unless : null });

  test.each([
    ['runs without one', [], 'done'],
    ['runs when that fails', ['test', '-e', '/no such file'], 'done'],
    ['does not run when that succeeds', ['test', '-e', '/'], ''],
  ])('%s', (_, unless, stdout) => {
    const ended = spawnSync('sh', ['-euc', marked(unless)], { encoding: 'utf8' });
    expect(ended).toMatchObject({ status: 0, stdout });
  });

  test('fails the script when it fails itself', () => {
    const line = shellOf({ do: 'run', argv: ['false'], unless: ['false'] });
    expect(spawnSync('sh', ['-euc', `${line}\nprintf on`])).toMatchObject({ status: 1 });
  });
});

test('a value in a list of Ganeti keeps its commas and backslashes', () => {
  const pairs = [['cpu_type', 'Broadwell-v4,+ssbd,enforce'] as const, ['a', 'b\\c'] as const];
  expect(ganetiList('kvm', pairs)).toBe('kvm:cpu_type=Broadwell-v4\\,+ssbd\\,enforce,a=b\\\\c');
});
