import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { moveStore } from '../../../collector/store/move.ts';
import { sourceColumns } from '../../../collector/store/move-source.ts';
import { movedTables } from '../../../collector/store/move-tables.ts';
import { openPostgresStore } from '../../../collector/store/postgres.ts';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import { type PostgresServer, postgres, startPostgres } from '../../postgres-server.ts';
import { describeWith, root } from '../../requirements.ts';
import { temporaryFolder } from '../test-app.ts';
import { at } from './deliveries.ts';
import { allOf, filledStore } from './moved-store.ts';

const now = at('12:00:00', 100);

test('every table and every column of SQLite is moved, but for the leases', async () => {
  const path = join(temporaryFolder(), 'muster.db');
  await (await openSqliteStore(path)).close();
  const db = new Sqlite(path);
  onTestFinished(() => void db.close());
  const tables = db.prepare(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'leases'
     AND name NOT LIKE 'sqlite_%'`,
  );
  const columns = tables
    .pluck()
    .all()
    .map((name) => [
      name,
      db.prepare(`SELECT name FROM pragma_table_info('${name}')`).pluck().all().sort(),
    ]);
  const moved = movedTables.map((table) => [table.name, sourceColumns(table).sort()]);
  expect(moved.sort()).toEqual(columns.sort());
});

describeWith([postgres], 'a store that moves into PostgreSQL', () => {
  let server: PostgresServer;
  const folder = mkdtempSync(join(tmpdir(), 'muster-test-'));
  let filled: string;
  beforeAll(async () => {
    server = await startPostgres();
    filled = await filledStore(folder);
  }, 120_000);
  afterAll(async () => {
    await server.end();
    rmSync(folder, { recursive: true });
  });

  interface Moved {
    from?: string;
    onBatch?: (words: string) => void;
  }

  async function move(database: string, { from = filled, onBatch = () => undefined }: Moved = {}) {
    const said: string[] = [];
    const say = (words: string) => void said.push(words);
    const to = server.url(database);
    await moveStore({ from, to, passwordFile: null, now: () => now, say, onBatch });
    return said;
  }

  async function isThere(database: string, from = filled): Promise<void> {
    const source = await openSqliteStore(from);
    const target = await openPostgresStore(server.url(database));
    const [there, here] = [await allOf(target), await allOf(source)];
    // SQLite cannot compare reports that it holds whole.
    if (here.changes.every((change) => change === null)) there.changes = here.changes;
    await Promise.all([source.close(), target.close()]);
    expect(there).toEqual(here);
  }

  test('says the same there, under the same ids, and goes on from it', async () => {
    const database = await server.database();
    const said = await move(database);
    expect(said).toContain('1502 reports copied');
    expect(said).toContain('1502 reports checked');
    expect(said).toHaveLength(2 * movedTables.length);
    await isThere(database);
    const target = await openPostgresStore(server.url(database));
    onTestFinished(() => target.close());
    const change = { by: 'ops', at: now };
    const wanted = { name: 'x', role: 'reader', cluster: null, expiresAt: null } as const;
    const made = await target.createToken({ ...wanted, hash: 'x', createdAt: now }, change);
    // The highest was revoked before the move: its id is not given again.
    expect(made.id).toBe(3);
  });

  test.each([1, 2, 3, 4])('of schema %i comes along', async (version) => {
    const from = join(temporaryFolder(), 'muster.db');
    const db = new Sqlite(from);
    db.exec(readFileSync(join(root, 'test/data/store', `schema-${version}.sql`), 'utf8'));
    db.close();
    const database = await server.database();
    const said = await move(database, { from });
    // The digests of schema 1's rows were made up.
    const damaged = said.filter((words) => words.startsWith('reports that were damaged before'));
    expect(damaged).toHaveLength(version === 1 ? 1 : 0);
    await isThere(database, from);
  });

  test('killed again and again it comes to its end, and nothing is lost', async () => {
    const database = await server.database();
    let runs = 0;
    for (let lines = 2; ; lines += 4) {
      runs += 1;
      const child = moving(server.url(database));
      const ended = once(child, 'exit');
      if (child.stderr === null) throw new Error('the child says nothing');
      let heard = 0;
      for await (const _ of createInterface({ input: child.stderr })) {
        heard += 1;
        if (heard === lines) child.kill('SIGKILL');
      }
      const [code, signal] = await ended;
      if (signal === 'SIGKILL') continue;
      expect(code).toBe(0);
      break;
    }
    expect(runs).toBeGreaterThan(3);
    await isThere(database);
  }, 120_000);

  test('broken off in the middle of a table goes on there', async () => {
    const database = await server.database();
    let batches = 0;
    const onBatch = (words: string) => {
      if (words !== 'reports copied') return;
      batches += 1;
      if (batches === 2) throw new Error('broken off');
    };
    await expect(move(database, { onBatch })).rejects.toThrow('broken off');
    const counted = 'SELECT count(*)::int AS rows FROM reports';
    expect(await server.run(database, counted)).toEqual([{ rows: 1000 }]);
    await expect(openPostgresStore(server.url(database))).rejects.toThrow(
      'the database holds half of another store: run "muster migrate-store" again, to its end',
    );
    const [first] = await move(database);
    expect(first).toBe('going on where a move before broke off');
    await isThere(database);
    expect(await move(database)).toEqual(['it was moved before, and nothing came since']);
  });

  test.each([
    [
      'a report that says something else',
      `UPDATE reports SET volatiles = 'x' WHERE id = 7`,
      'reports, row 7: its volatiles is not that of the source',
    ],
    [
      'a section that says something else',
      `UPDATE sections SET body = 'x' WHERE id = 1`,
      'sections, row 1: its body is not that of the source',
    ],
    ['a row too many', `INSERT INTO series (node_id, at) VALUES (1, 1)`, /series/],
    [
      'a row too many at the end',
      `INSERT INTO nodes VALUES (99, 'c', 'n')`,
      'nodes: 5 rows, and 4 in the source',
    ],
    ['a row that is gone', 'DELETE FROM waivers', /waivers, row 1: its id is not that/],
  ])('%s in the target is found out', async (_, sql, error) => {
    const database = await server.database();
    const onBatch = (words: string) => {
      if (words === 'nodes checked') throw new Error('broken off');
    };
    await expect(move(database, { onBatch })).rejects.toThrow('broken off');
    const progress = await server.run<{ progress: string }>(database, 'SELECT progress FROM moves');
    const step = movedTables.length;
    expect(progress.map((row) => JSON.parse(row.progress).step)).toEqual([step]);
    await server.run(
      database,
      `UPDATE moves SET progress = '{"step":${step},"after":null}'; ${sql}`,
    );
    await expect(move(database)).rejects.toThrow(error);
    await expect(openPostgresStore(server.url(database))).rejects.toThrow('half of another store');
  });

  test('does not go where anything is, nor after it was changed', async () => {
    const full = await server.database();
    const store = await openPostgresStore(server.url(full));
    await store.putPolicy('c1', { text: '{}', digest: 'd' }, { by: 'ops', at: now });
    await store.close();
    await expect(move(full)).rejects.toThrow('the target is not empty: it has policies');

    const begun = await server.database();
    const breakOff = () => {
      throw new Error('broken off');
    };
    await expect(move(begun, { onBatch: breakOff })).rejects.toThrow('broken off');
    const other = join(temporaryFolder(), 'muster.db');
    await (await openSqliteStore(other)).close();
    await expect(move(begun, { from: other })).rejects.toThrow(
      'the target holds a move from another store, or from this one before it was changed',
    );
  });

  test('is not moved while its collector runs, nor when it is not there', async () => {
    const database = await server.database();
    const store = await openSqliteStore(filled);
    await expect(move(database)).rejects.toThrow('is in use: stop its collector first');
    await store.close();
    const from = join(temporaryFolder(), 'none.db');
    await expect(move(database, { from })).rejects.toThrow(`--from: there is no ${from}`);
  });

  function moving(to: string): ChildProcess {
    const program = join(root, 'collector/main.ts');
    const options = ['migrate-store', '--from', `sqlite:${filled}`, '--to', to];
    const child = spawn(process.execPath, ['--import', 'tsx', program, ...options], { cwd: root });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  }
});
