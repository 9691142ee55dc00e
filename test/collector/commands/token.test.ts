import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import { hashOf, tokenBook } from '../../../collector/tokens.ts';
import { now } from '../seed-cluster.ts';
import { temporaryFolder } from '../test-app.ts';
import { muster } from './muster.ts';

const newDatabase = () => join(temporaryFolder(), 'muster.db');
const token = (database: string, words: string) =>
  muster('token', ...words.split(' '), '--database', database);

test('a credential is made, used, listed without its secret, and revoked', async () => {
  const database = newDatabase();
  const made = await token(
    `sqlite:${database}`,
    'create --cluster c1.example.org --role reader --expires 90d',
  );
  expect(made).toMatchObject({
    code: 0,
    stderr: 'token 1 "reader c1.example.org": the secret is shown this once; keep it in a file\n',
  });
  const secret = made.stdout.trim();

  const store = await openSqliteStore(database);
  const credential = await tokenBook(store).credential(secret, now);
  await store.close();
  expect(credential).toMatchObject({
    role: 'reader',
    cluster: 'c1.example.org',
    expiresAt: new Date('2026-05-30T03:00:00.000Z'),
  });

  const listed = await token(database, 'list');
  expect(listed.stdout.replaceAll(/ +/g, ' ')).toBe(
    'ID FOR CLUSTER CREATED EXPIRES LAST USED NAME\n' +
      '1 reader c1.example.org 2026-03-01 03:00 2026-05-30 03:00 2026-03-01 03:00 ' +
      'reader c1.example.org\n',
  );

  expect((await token(database, 'revoke 1')).stderr).toBe('token 1 is revoked\n');
  expect(await token(database, 'revoke 1')).toMatchObject({ code: 66 });
});

test('a leave to enrol is made for one node, for an hour, listed and revoked', async () => {
  const database = newDatabase();
  const made = await token(database, 'create --cluster c1 --node n1');
  expect(made).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^token e1 for n1 of c1: .* ends at 2026-03-01 04:00 UTC; /),
  });
  const store = await openSqliteStore(database);
  const [kept] = await store.enrolmentTokens();
  await store.close();
  expect(kept).toMatchObject({ cluster: 'c1', node: 'n1', usedAt: null });
  expect(hashOf(made.stdout.trim())).toHaveLength(64);

  await token(database, 'create --cluster c1 --node n2 --ttl 5m');
  const listed = await token(database, 'list');
  expect(listed.stdout.replaceAll(/ +/g, ' ').split('\n').slice(1)).toEqual([
    'e1 enrolment c1 2026-03-01 03:00 2026-03-01 04:00 never n1',
    'e2 enrolment c1 2026-03-01 03:00 2026-03-01 03:05 never n2',
    '',
  ]);
  expect((await token(database, 'revoke e1')).stderr).toBe('token e1 is revoked\n');
  expect((await token(database, 'list')).stdout).not.toContain('e1');
  expect(await token(database, 'revoke e1')).toMatchObject({ code: 66 });
});

test('a name that would move the cursor is shown harmless', async () => {
  const database = newDatabase();
  const name = 'ops\u001b[2J';
  await muster('token', 'create', '--role', 'reader', '--name', name, '--database', database);
  expect((await token(database, 'list')).stdout).not.toContain('\u001b');
});

describe('refused as usage:', () => {
  test.each([
    ['create', /expected --cluster and --node to enrol a node, or --role/],
    ['create --node n1', /expected --cluster and --node/],
    ['create --role agent', /argument 'agent' is invalid/],
    ['create --role reader --node n1', /--node and --ttl are for enrolling/],
    ['create --role reader --ttl 1h', /--node and --ttl are for enrolling/],
    ['create --cluster c --node n --expires 1h', /--name and --expires go with --role/],
    ['create --cluster c --node n --ttl soon', /--ttl: expected a duration such as 90d, found/],
    ['create --role reader --expires soon', /expected a duration such as 90d, found "soon"/],
    ['create --role reader --expires 0d', /expected a duration/],
    ['revoke one', /expected the id of a token, found "one"/],
    ['revoke e', /expected the id of a token, found "e"/],
  ])('%s', async (words, message) => {
    expect(await token(newDatabase(), words)).toMatchObject({
      code: 64,
      stderr: expect.stringMatching(message),
    });
  });

  test('a database of a kind that is not known', async () => {
    expect(await token('mysql://db', 'list')).toMatchObject({
      code: 64,
      stderr: '--database: expected sqlite:PATH, PATH or postgres://…, found "mysql://db"',
    });
  });
});
