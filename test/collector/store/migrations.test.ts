import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { migrations } from '../../../collector/store/migrations.ts';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import { migrate } from '../../../collector/store/sqlite-database.ts';
import type { Store } from '../../../collector/store/store.ts';
import { root } from '../../requirements.ts';
import { temporaryFolder } from '../test-app.ts';
import { holdsEvents } from './stored-events.ts';

/** Every schema there was, with some rows, as SQL; and what only that one can say. */
const released: [version: number, check: (store: Store) => Promise<void>][] = [
  [1, holdsFirstSchema],
  [2, holdsSecondSchema],
  [3, holdsThirdSchema],
  [4, holdsFourthSchema],
];

function databaseOf(version: number): string {
  const path = join(temporaryFolder(), `schema-${version}.db`);
  const db = new Sqlite(path);
  db.exec(readFileSync(join(root, 'test/data/store', `schema-${version}.sql`), 'utf8'));
  db.close();
  return path;
}

function memory(): Database {
  const db = new Sqlite(':memory:');
  onTestFinished(() => void db.close());
  return db;
}

function schemaOf(db: Database): unknown[] {
  return db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();
}

describe.each(released)('schema %i', (version, check) => {
  test('is taken to the newest with all it holds', async () => {
    const store = await openSqliteStore(databaseOf(version));
    onTestFinished(() => store.close());
    expect(await store.clusters()).toEqual(['c1.example.org', 'empty.example.org']);
    expect((await store.policy('empty.example.org'))?.text).toBe('{}\n');
    await check(store);
  });

  test('becomes the same as one made anew', () => {
    const old = new Sqlite(databaseOf(version));
    onTestFinished(() => void old.close());
    const fresh = memory();
    for (const db of [old, fresh]) migrate(db, migrations);
    expect(schemaOf(old)).toEqual(schemaOf(fresh));
  });
});

test('every released schema has its file', () => {
  expect(released.map(([version]) => version)).toEqual(migrations.map((_, index) => index + 1));
});

test('a schema newer than the program is refused in words', () => {
  const db = memory();
  db.pragma('user_version = 7');
  expect(() => migrate(db, migrations)).toThrow(
    `the database has schema 7 and this program knows schemas up to ${migrations.length}`,
  );
});

test('steps that fail leave the schema where it was, all of it', () => {
  const db = memory();
  const steps = ['CREATE TABLE one (a INTEGER) STRICT', 'CREATE TABLE two (a INTEGER) STRICT'];
  migrate(db, steps.slice(0, 1));
  expect(() => migrate(db, [...steps, 'CREATE TABLE one (again INTEGER)'])).toThrow(
    'cannot take the database from schema 1 to 3: table one already exists',
  );
  expect(db.pragma('user_version', { simple: true })).toBe(1);
  expect(db.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'one' }]);
});

async function holdsFirstSchema(store: Store): Promise<void> {
  const newest = { id: 2, node: 'n1.example.org', collectedAt: new Date('2026-03-01T10:15:00Z') };
  expect(await store.current('c1.example.org')).toEqual([newest]);
  expect(await store.bodies([3, 1, 2])).toEqual(['{"kept":1}', '{"kept":1}', '{"kept":2}']);
  const past = await store.history('c1.example.org', 'n1.example.org', { limit: 9 });
  expect(past.map(({ id, sequence, late }) => ({ id, sequence, late }))).toEqual([
    { id: 2, sequence: 3, late: false },
    { id: 1, sequence: 2, late: false },
    { id: 3, sequence: 1, late: true },
  ]);
  expect(past[0]).toEqual({
    id: 2,
    digest: '02'.repeat(32),
    sequence: 3,
    bootId: '',
    collectedAt: newest.collectedAt,
    receivedAt: new Date('2026-03-01T10:15:01.000Z'),
    late: false,
  });
  const later = new Date('2026-04-01T00:00:00Z');
  const retained = await store.retain({ fullMs: 0, maximumMs: null }, later);
  expect(retained).toEqual({ removed: 1, more: false });
  expect(await store.bodies([3, 2])).toEqual(['{"kept":1}', '{"kept":2}']);
  // Agents' tokens are gone, people's stay, and no id is given twice.
  expect((await store.tokens()).map(({ id, name, role }) => [id, name, role])).toEqual([
    [2, 'ops', 'operator'],
  ]);
  const change = { by: 'ops', at: new Date('2026-03-02T00:00:00Z') };
  const token = { name: 'x', role: 'reader', cluster: null, expiresAt: null } as const;
  const made = await store.createToken({ ...token, hash: 'x', createdAt: change.at }, change);
  expect(made.id).toBe(4);
  const again = await store.deliver({
    cluster: 'c1.example.org',
    node: 'n1.example.org',
    digest: '02'.repeat(32),
    enrolment: 1,
    sequence: 1,
    bootId: 'b',
    collectedAt: change.at,
    receivedAt: change.at,
    schema: 1,
    json: Buffer.from('{"kept":2}'),
  });
  expect(again).toMatchObject({ id: 2, repeated: true });
}

async function holdsSecondSchema(store: Store): Promise<void> {
  const of = { cluster: 'c1.example.org', node: 'n1.example.org' };
  expect(await store.bodies([1, 2])).toEqual([
    '{"collectedAt":"2026-03-01T10:00:00.000Z","sections":{"cpu":{"kept":1},"kvm":{"kept":1}}}',
    '{"collectedAt":"2026-03-01T10:15:00.000Z","sections":{"cpu":{"kept":2},"kvm":{"kept":1}}}',
  ]);
  expect((await store.current(of.cluster)).map(({ id }) => id)).toEqual([2]);
  expect((await store.nodeKeys()).map(({ id, state }) => [id, state])).toEqual([['key', 'active']]);
  expect(await store.lastSequence(1)).toBe(2);
  expect((await store.waivers(of.cluster)).map(({ waiver }) => waiver.check)).toEqual(['kvm.*']);
  expect((await store.tokens()).map(({ name }) => name)).toEqual(['ops']);
  expect((await store.auditLog({ limit: 9 })).map(({ action }) => action)).toEqual([
    'token.create',
    'waiver.add',
    'key.enroll',
    'enrolment-token.create',
    'policy.put',
  ]);
  expect((await store.rejections()).map(({ code }) => code)).toEqual(['replayed']);
}

async function holdsThirdSchema(store: Store): Promise<void> {
  await holdsSecondSchema(store);
  const of = ['c1.example.org', 'n1.example.org'] as const;
  expect((await store.session('session'))?.token.name).toBe('ops');
  expect((await store.standings(of[0])).map(({ node, verdict }) => [node, verdict])).toEqual([
    [null, 'warn'],
    [of[1], 'pass'],
  ]);
  const [point] = await store.series(...of, new Date(0));
  expect(point).toEqual({
    at: new Date('2026-03-01T10:15:00Z'),
    vgFreeBytes: 1,
    vgSizeBytes: 2,
    memoryAvailableBytes: null,
    clockOffsetMs: 0.5,
  });
}

async function holdsFourthSchema(store: Store): Promise<void> {
  await holdsThirdSchema(store);
  await holdsEvents(store);
}
