import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { afterAll, describe, expect, test } from 'vitest';
import { type Configurable, configure } from '../../shared/command-line.ts';
import { showConfiguration } from '../../shared/configuration-table.ts';
import { captureIo } from '../capture-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-configuration-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function written(text: string): string {
  files += 1;
  const path = join(folder, `${files}.yaml`);
  writeFileSync(path, text);
  return path;
}

interface Given {
  /** the text of the file that is read when it is there */
  own?: string;
  env?: Record<string, string>;
}

/** A program of two commands, one of them nested, and what its actions were given. */
function program({ own, env = {} }: Given) {
  const io = captureIo({ env });
  const seen: unknown[] = [];
  const configurable: Configurable = {
    file: own === undefined ? join(folder, 'none', 'there.yaml') : written(own),
    commands: { database: ['serve', 'token list'], open: ['serve'], color: ['serve'] },
  };
  const command = new Command('p').configureOutput({ writeOut: io.out, writeErr: io.err });
  command.exitOverride();
  command
    .command('serve')
    .requiredOption('--database <where>', 'd')
    .option('--open', 'o', false)
    .option('--other <x>', 'not in the table')
    .addOption(new Option('--color <when>', 'c').choices(['auto', 'never']).default('auto'))
    .action((options) => void seen.push(options));
  const token = command.command('token');
  token
    .command('list')
    .option('--database <where>', 'd')
    .action((options) => void seen.push(options));
  token
    .command('create')
    .option('--database <where>', 'd')
    .action((options) => void seen.push(options));
  configure(command, configurable, io);
  return { command, configurable, io, seen };
}

async function run(argv: string[], given: Given = {}) {
  const { command, seen } = program(given);
  await command.parseAsync(argv, { from: 'user' });
  return seen;
}

describe('where a value comes from', () => {
  const all = { own: 'database: own\n', env: { MUSTER_DATABASE: 'variable' } };
  const named = () => written('database: named\n');

  test('the command line decides over everything', async () => {
    const argv = ['serve', '--config', named(), '--database', 'flag'];
    expect(await run(argv, all)).toEqual([{ database: 'flag', open: false, color: 'auto' }]);
  });

  test('then environment, --config, the file of its own, the default', async () => {
    const argv = ['serve', '--config', named()];
    expect(await run(argv, all)).toMatchObject([{ database: 'variable' }]);
    expect(await run(argv, { own: all.own })).toMatchObject([{ database: 'named' }]);
    expect(await run(['serve'], { own: 'database: own\ncolor: never\n' })).toEqual([
      { database: 'own', open: false, color: 'never' },
    ]);
  });

  test('a file that does not mention a key leaves it to the next', async () => {
    const argv = ['serve', '--config', written('open: true\n')];
    expect(await run(argv, { own: all.own })).toEqual([
      { database: 'own', open: true, color: 'auto' },
    ]);
  });

  test('--config may stand before the command too', async () => {
    expect(await run(['--config', named(), 'serve'])).toMatchObject([{ database: 'named' }]);
  });

  test('a required option that nobody sets is still missed', async () => {
    await expect(run(['serve'])).rejects.toMatchObject({
      code: 'commander.missingMandatoryOptionValue',
    });
  });
});

describe('what may be set', () => {
  test('is set for the commands of the table, at any depth, and for no other', async () => {
    const given = { own: 'database: own\n' };
    expect(await run(['token', 'list'], given)).toEqual([{ database: 'own' }]);
    expect(await run(['token', 'create'], given)).toEqual([{}]);
  });

  test('a broken file stops what reads it, not the help and not other commands', async () => {
    const given = { own: 'databse: own\n' };
    await expect(run(['serve', '--database', 'flag'], given)).rejects.toMatchObject({
      exit: 'badConfiguration',
      message: expect.stringMatching(/:1:1: databse: unknown key; did you mean "database"\?$/),
    });
    expect(await run(['token', 'create'], given)).toEqual([{}]);
    await expect(run(['serve', '--help'], given)).rejects.toMatchObject({
      code: 'commander.helpDisplayed',
    });
  });

  test('a file that --config names must be there', async () => {
    await expect(run(['serve', '--config', join(folder, 'no')])).rejects.toMatchObject({
      exit: 'noInput',
    });
  });

  test('a file of its own that is there and cannot be read is an error', async () => {
    const { command, configurable, io } = program({});
    const unreadable = { ...configurable, file: folder };
    const show = showConfiguration(
      { origin: true, format: 'text' },
      { program: command, configurable: unreadable },
      io,
    );
    await expect(show).rejects.toMatchObject({ exit: 'noInput' });
  });
});

describe('config show', () => {
  const given = { own: '\nopen: true\n', env: { MUSTER_DATABASE: 'a\u001b[31m', MUSTER_OPN: '1' } };

  test('tells each value, and with --origin the place that says so', async () => {
    const { command, configurable, io } = program(given);
    await showConfiguration(
      { origin: true, format: 'text' },
      { program: command, configurable },
      io,
    );
    expect(io.stdout()).toBe(
      [
        'database  a\\x1b[31m  MUSTER_DATABASE',
        `open      true       ${configurable.file}:2`,
        'color     auto       default',
        '',
      ].join('\n'),
    );
    expect(io.stderr()).toBe('MUSTER_OPN sets nothing; did you mean MUSTER_OPEN?\n');
  });

  test('without it only the values; as JSON with their types', async () => {
    const { command, configurable, io } = program({});
    const target = { program: command, configurable };
    await showConfiguration({ origin: false, format: 'text' }, target, io);
    await showConfiguration({ origin: true, format: 'json' }, target, io);
    const [text = '', json = ''] = io.stdout().split(/(?=\{)/, 2);
    expect(text).toBe('database  -\nopen      false\ncolor     auto\n');
    expect(JSON.parse(json + io.stdout().slice((text + json).length))).toEqual({
      database: { value: null, origin: null },
      open: { value: false, origin: 'default' },
      color: { value: 'auto', origin: 'default' },
    });
  });
});
