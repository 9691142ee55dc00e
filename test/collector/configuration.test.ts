import { describe, expect, test } from 'vitest';
import { configurable } from '../../collector/configuration.ts';
import { buildProgram } from '../../collector/program.ts';
import { allCommands, keysOf, pathOf } from '../../shared/command-line.ts';
import { captureIo } from '../capture-io.ts';
import { muster } from './commands/muster.ts';

const program = buildProgram(captureIo(), async () => undefined);
const commands = allCommands(program);

describe('the table of the collector’s settings', () => {
  test('names only options that every one of its commands has', () => {
    const named = Object.entries(configurable.commands).flatMap(([key, paths]) =>
      paths.map((path) => `${path} --${key}`),
    );
    const had = commands.flatMap((command) =>
      command.options.map(({ long }) => `${pathOf(command)} ${long}`),
    );
    expect(named.filter((one) => !had.includes(one))).toEqual([]);
  });

  test('has every option of serve, which a unit runs', () => {
    const serve = commands.find((command) => pathOf(command) === 'serve');
    const options = (serve?.options ?? []).map(({ long }) => long?.slice(2));
    const keys = serve === undefined ? [] : keysOf(serve, configurable);
    expect(options.filter((one) => !keys.includes(one ?? ''))).toEqual([]);
  });

  test('has the collector for every command that asks one', () => {
    const paths = commands
      .filter(({ options }) => options.some(({ long }) => long === '--collector'))
      .map(pathOf);
    expect([...(configurable.commands.collector ?? [])].sort()).toEqual(paths.sort());
  });

  test('has the database for every command that works on it', () => {
    const paths = commands
      .filter(({ options }) => options.some(({ long }) => long === '--database'))
      .map(pathOf);
    expect(configurable.commands.database).toEqual(paths);
  });
});

test('"config show" lists every setting of the collector', async () => {
  const { code, stdout } = await muster('config', 'show', '--origin', '--config', '/dev/null');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^listen +127\.0\.0\.1:8470 +default$/m);
});
