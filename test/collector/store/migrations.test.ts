import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { migrations } from '../../../collector/store/migrations.ts';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import { migrate } from '../../../collector/store/sqlite-database.ts';
import { root } from '../../requirements.ts';
import { temporaryFolder } from '../test-app.ts';

/** Every schema that was ever released, with some rows, as SQL. */
const released = [1];

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

describe.each(released)('schema %i', (version) => {
  test('is taken to the newest with all it holds', async () => {
    const store = await openSqliteStore(databaseOf(version));
    onTestFinished(() => store.close());
    expect(await store.clusters()).toEqual(['c1.example.org', 'empty.example.org']);
    const current = await store.current('c1.example.org');
    expect(current).toEqual([
      { id: 2, node: 'n1.example.org', collectedAt: new Date('2026-03-01T10:15:00Z') },
    ]);
    expect(await store.bodies([1, 2])).toEqual(['{"kept":1}', '{"kept":2}']);
    expect((await store.policy('empty.example.org'))?.text).toBe('{}\n');
    expect(await store.tokenByHash('ab'.repeat(32))).toMatchObject({
      name: 'agents of c1',
      role: 'agent',
      cluster: 'c1.example.org',
    });
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
  expect(released).toEqual(migrations.map((_, index) => index + 1));
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
