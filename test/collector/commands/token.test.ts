import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { registerToken } from '../../../collector/commands/token.ts';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import { tokenBook } from '../../../collector/tokens.ts';
import type { ExitName } from '../../../shared/exit.ts';
import { captureIo } from '../../capture-io.ts';
import { temporaryFolder } from '../test-app.ts';

const noon = '2026-11-22T12:00:00.000Z';

/** Runs `muster token …` and gives what it printed and ended with. */
async function muster(database: string, words: string) {
  const io = captureIo({ now: noon });
  const program = new Command('muster').exitOverride().configureOutput({ writeErr: io.err });
  program.configureHelp({ helpWidth: 80 });
  const exits: ExitName[] = [];
  registerToken(program, io, async (exit) => void exits.push(await exit));
  const argv = ['token', ...words.split(' '), '--database', database];
  await program.parseAsync(argv, { from: 'user' });
  return { exit: exits[0], stdout: io.stdout(), stderr: io.stderr() };
}

const newDatabase = () => join(temporaryFolder(), 'muster.db');

test('a token is made, used, listed without its secret, and revoked', async () => {
  const database = newDatabase();
  const made = await muster(
    `sqlite:${database}`,
    'create --cluster c1.example.org --role agent --node n1 --expires 90d',
  );
  expect(made).toMatchObject({ exit: 'open', stderr: expect.stringMatching(/^token 1 "agent c1/) });
  const secret = made.stdout.trim();

  const store = await openSqliteStore(database);
  const credential = await tokenBook(store).credential(secret, new Date(noon));
  await store.close();
  expect(credential).toMatchObject({
    role: 'agent',
    cluster: 'c1.example.org',
    node: 'n1',
    expiresAt: new Date('2027-02-20T12:00:00.000Z'),
  });

  const listed = await muster(database, 'list');
  expect(listed.stdout.replaceAll(/ +/g, ' ')).toBe(
    'ID ROLE CLUSTER NODE CREATED EXPIRES LAST USED NAME\n' +
      '1 agent c1.example.org n1 2026-11-22 12:00 2027-02-20 12:00 2026-11-22 12:00 ' +
      'agent c1.example.org n1\n',
  );

  expect((await muster(database, 'revoke 1')).stderr).toBe('token 1 is revoked\n');
  await expect(muster(database, 'revoke 1')).rejects.toMatchObject({ exit: 'noInput' });
});

describe('refused as usage:', () => {
  test.each([
    ['create --role agent', /needs --cluster/],
    ['create --role reader --node n1', /--node is for agent/],
    ['create --role reader --expires soon', /expected a duration such as 90d, found "soon"/],
    ['create --role reader --expires 0d', /expected a duration/],
    ['revoke one', /expected the number of a token, found "one"/],
  ])('%s', async (words, message) => {
    await expect(muster(newDatabase(), words)).rejects.toMatchObject({
      exit: 'usage',
      message: expect.stringMatching(message),
    });
  });

  test('a database of a kind that is not known', async () => {
    await expect(muster('postgres://db', 'list')).rejects.toMatchObject({
      exit: 'usage',
      message: '--database: expected sqlite:PATH or PATH, found "postgres://db"',
    });
  });
});
