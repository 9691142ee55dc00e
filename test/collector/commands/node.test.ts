import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import { clusterName, now } from '../seed-cluster.ts';
import { enrolled, temporaryFolder } from '../test-app.ts';
import { muster } from './muster.ts';

/** A database with a node that may deliver and one that waits. */
async function newDatabase(): Promise<{ database: string; keys: string[] }> {
  const database = join(temporaryFolder(), 'muster.db');
  const store = await openSqliteStore(database);
  const one = await enrolled(store, { node: 'n1' });
  const two = await enrolled(store, { node: 'n2', state: 'pending' });
  await store.close();
  return { database, keys: [one.key.id, two.key.id] };
}

const node = (database: string, words: string) =>
  muster('node', ...words.split(' '), '--cluster', clusterName, '--database', database);

test('nodes are listed, approved and revoked, and the log says by whom', async () => {
  const { database, keys } = await newDatabase();
  const [one, two] = keys.map((key) => key.slice(0, 12));
  const lines = async () =>
    (await node(database, 'list')).stdout.replaceAll(/ +/g, ' ').split('\n').slice(0, -1);
  expect(await lines()).toEqual([
    'CLUSTER NODE STATE KEY ENROLLED BY TOKEN LAST SEEN',
    `${clusterName} n1 active ${one} 2026-03-01 03:00 test e1 never`,
    `${clusterName} n2 pending ${two} 2026-03-01 03:00 test e2 never`,
  ]);

  const approved = await node(database, 'approve n2');
  expect(approved).toMatchObject({ code: 0, stderr: 'n2 may deliver: 1 key approved\n' });
  const revoked = await node(database, 'revoke n1');
  expect(revoked).toMatchObject({ code: 0, stderr: 'n1 may no longer deliver: 1 key revoked\n' });
  expect((await lines()).map((line) => line.split(' ')[2])).toEqual(['STATE', 'revoked', 'active']);

  const log = await muster('audit-log', '--database', database, '--limit', '2');
  const rows = log.stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' '));
  expect(rows[1]).toMatch(/^\d+ 2026-03-01T03:00:00.000Z cli \S+.* key\.revoke ganeti-cluster01/);
  expect(rows[2]).toMatch(/ key\.approve ganeti-cluster01\S* key [0-9a-f]{64} of n2/);
  expect(rows).toHaveLength(4);
});

test.each([
  ['0', '1'],
  ['f', 'e'],
])('a key that was replaced shows until when, before the one that goes on', async (...letters) => {
  const { database, keys } = await newDatabase();
  const rotate = async (letter: string, at: Date) => {
    const store = await openSqliteStore(database);
    const to = { id: letter.repeat(64), publicKey: Buffer.alloc(32, letter).toString('base64') };
    const validUntil = new Date(at.getTime() + 60_000);
    await store.rotateKey({ from: keys[0] ?? '', to, validUntil }, { by: 'test', at });
    await store.close();
  };
  const states = async () =>
    (await node(database, 'list')).stdout.match(/active until \S+ \S+|replaced|active(?! until)/g);
  await rotate(letters[0], now);
  expect(await states()).toEqual(['active until 2026-03-01 03:01', 'active']);
  await rotate(letters[1], new Date(now.getTime() - 60_000));
  expect(await states()).toEqual(['replaced', 'replaced', 'active']);
});

describe('refused:', () => {
  test.each([
    ['approve n1', /no key of n1 of ganeti-cluster01.example.org waits/, 66],
    ['revoke n3', /no key of n3 of ganeti-cluster01.example.org is in use/, 66],
  ])('%s', async (words, message, code) => {
    const { database } = await newDatabase();
    expect(await node(database, words)).toMatchObject({
      code,
      stderr: expect.stringMatching(message),
    });
  });

  test('a limit of the log that is no number', async () => {
    const { database } = await newDatabase();
    const answer = await muster('audit-log', '--limit', '0', '--database', database);
    expect(answer).toMatchObject({ code: 64, stderr: '--limit: expected a number, found "0"' });
  });
});

test('a backup is a whole store, and never takes the place of a file', async () => {
  const { database } = await newDatabase();
  const file = join(temporaryFolder(), 'copy.db');
  const made = await muster('backup', file, '--database', database);
  expect(made).toMatchObject({ code: 0, stderr: `${file} holds all of it\n` });
  expect((await node(file, 'list')).stdout).toBe((await node(database, 'list')).stdout);
  expect(await muster('backup', file, '--database', database)).toMatchObject({ code: 64 });
});
