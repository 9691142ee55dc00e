import { describe, expect, test } from 'vitest';
import { configurable } from '../../agent/configuration.ts';
import { buildProgram } from '../../agent/program.ts';
import { allCommands, keysOf, pathOf, settingsOf } from '../../shared/command-line.ts';
import { captureIo } from '../capture-io.ts';
import { muster } from './commands/agent-program.ts';

const program = buildProgram(captureIo(), async () => undefined);

describe('the table of the agent’s settings', () => {
  test('names only options that every one of its commands has', () => {
    const named = Object.entries(configurable.commands).flatMap(([key, paths]) =>
      paths.map((path) => `${path} --${key}`),
    );
    const had = allCommands(program).flatMap((command) =>
      command.options.map(({ long }) => `${pathOf(command)} ${long}`),
    );
    expect(named.filter((one) => !had.includes(one))).toEqual([]);
    expect(settingsOf(program, configurable).map(({ key }) => key)).toEqual(
      Object.keys(configurable.commands),
    );
  });

  test('has every option of push, which the timer runs, but the snapshot to read instead', () => {
    const push = allCommands(program).find((command) => pathOf(command) === 'push');
    const options = (push?.options ?? []).map(({ long }) => long?.slice(2));
    const keys = push === undefined ? [] : keysOf(push, configurable);
    expect(options.filter((one) => !keys.includes(one ?? ''))).toEqual(['host']);
  });
});

test('"config show" lists every setting of the agent', async () => {
  const { code, stdout } = await muster(['config', 'show', '--config', '/dev/null']);
  expect(code).toBe(0);
  expect(stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
    ...Object.keys(configurable.commands),
    '',
  ]);
});
