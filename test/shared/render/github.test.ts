import { describe, expect, test } from 'vitest';
import { renderGithub } from '../../../shared/render/github.ts';
import { visible } from '../../../shared/render/safe.ts';
import { answersSaying, closedGate, finding, gateOf, hostile, openGate } from './answers.ts';

interface Command {
  level: string;
  title: string;
  message: string;
}

/** As the runner reads a line: its properties end at the first `::`, and are split at commas. */
function parseCommand(line: string): Command {
  const match = /^::(error|warning|notice) title=([^:,\r]*)::([^\r]*)$/.exec(line);
  if (!match) throw new Error(`no command: ${line}`);
  const [, level = '', title = '', message = ''] = match;
  return { level, title: unescaped(title), message: unescaped(message) };
}

function unescaped(text: string): string {
  if (/%(?!25|0D|0A|3A|2C)/.test(text)) throw new Error(`a bare % in ${text}`);
  const characters: Record<string, string> = {
    '%0D': '\r',
    '%0A': '\n',
    '%3A': ':',
    '%2C': ',',
    '%25': '%',
  };
  return text.replaceAll(/%(0D|0A|3A|2C|25)/g, (code) => characters[code] ?? '');
}

function commandsOf(answer: Parameters<typeof renderGithub>[0]): Command[] {
  return renderGithub(answer).replace(/\n$/, '').split('\n').map(parseCommand);
}

describe('workflow commands', () => {
  test.each([closedGate, openGate, ...answersSaying(hostile)])(
    'are all that is printed (%#)',
    (answer) => {
      expect(commandsOf(answer).length).toBeGreaterThan(0);
    },
  );

  test('annotate each thing once, worst first, with what to do on a line of its own', () => {
    expect(commandsOf(closedGate).map(({ level, title }) => [level, title])).toEqual([
      ['error', 'Muster'],
      ['error', 'fail: storage.size on node2.example.org'],
      ['error', 'unknown: storage.size on node3.example.org'],
      ['warning', 'warn: network.stp on node1.example.org and node2.example.org'],
      ['notice', 'waived fail: memory.ecc on node1.example.org'],
    ]);
    expect(commandsOf(closedGate)[1]?.message).toBe(
      'gnt has 19.9 GiB, expected 20 GiB or more\nfix: vgextend gnt /dev/PARTITION',
    );
  });

  test('give back a hostile message and title', () => {
    const all = { node: hostile, message: hostile };
    const [, command] = commandsOf(gateOf([finding('fail', all)], 'closed'));

    expect(command).toEqual({
      level: 'error',
      title: `fail: storage.size on ${visible(hostile)}`,
      message: visible(hostile),
    });
  });
});
