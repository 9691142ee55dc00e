import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../collector/store/open.ts';
import { openPostgresStore } from '../../../collector/store/postgres.ts';
import { parseAddress } from '../../../collector/store/postgres-address.ts';
import { connectionsTo } from '../../../collector/store/postgres-connections.ts';
import { migratePostgres } from '../../../collector/store/postgres-database.ts';
import { postgresMigrations } from '../../../collector/store/postgres-schema.ts';
import type { Store } from '../../../collector/store/store.ts';
import { type PostgresServer, postgres, startPostgres } from '../../postgres-server.ts';
import { describeWith, root } from '../../requirements.ts';
import { openTestApp, temporaryFolder } from '../test-app.ts';
import { at, cluster, reported } from './deliveries.ts';
import { holdsEvents } from './stored-events.ts';

describeWith([postgres], 'the database in PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.end());

  async function open(url: string, passwordFile: string | null = null): Promise<Store> {
    const store = await openStore(url, passwordFile);
    onTestFinished(() => store.close());
    return store;
  }

  async function connections(database: string) {
    const made = await connectionsTo(parseAddress(server.url(database)), null);
    onTestFinished(() => made.close());
    return made;
  }

  const columnsOf = (database: string) =>
    server.run(
      database,
      `SELECT table_name, column_name, data_type, is_nullable, collation_name
       FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2`,
    );
  const versionOf = (database: string) =>
    server.run<{ version: number }>(database, 'SELECT version FROM schema_version');

  test('is made ready once by several that start at once', async () => {
    const database = await server.database();
    const stores = await Promise.all(
      Array.from({ length: 6 }, () => open(server.url(database, 'socket'))),
    );
    await stores[0]?.deliver(reported(1, at('11:00:00')));
    expect(await stores[5]?.clusters()).toEqual([cluster]);
    expect(await versionOf(database)).toEqual([{ version: postgresMigrations.length }]);
  });

  test('of a schema newer than the program is refused in words', async () => {
    const database = await server.database();
    await (await openPostgresStore(server.url(database))).close();
    await server.run(database, 'UPDATE schema_version SET version = 7');
    await expect(openPostgresStore(server.url(database))).rejects.toThrow(
      `the database has schema 7 and this program knows schemas up to ${postgresMigrations.length}`,
    );
  });

  test('every released schema has its file, and becomes the newest with all it holds', async () => {
    const made = await server.database();
    await (await openPostgresStore(server.url(made))).close();
    const fresh = await columnsOf(made);
    for (const index of postgresMigrations.keys()) {
      const database = await server.database();
      const file = join(root, 'test/data/store', `postgres-schema-${index + 1}.sql`);
      await server.run(database, readFileSync(file, 'utf8'));
      const store = await open(server.url(database));
      expect((await store.current('c1.example.org')).map(({ node }) => node)).toEqual([
        'n1.example.org',
      ]);
      const { id = 0 } = (await store.current('c1.example.org'))[0] ?? {};
      expect(await store.bodies([id])).toEqual(['{"sections":{"cpu":{"kept":1}}}']);
      expect((await store.auditLog({ limit: 9 })).map(({ action }) => action)).toEqual([
        'policy.put',
      ]);
      if (index >= 1) await holdsEvents(store);
      // What is made from its file is what is made anew.
      expect(await columnsOf(database)).toEqual(fresh);
    }
  });

  test('steps that fail leave the schema where it was, all of it', async () => {
    const database = await server.database();
    const steps = ['CREATE TABLE one (a integer)', 'CREATE TABLE two (a integer)'];
    const ways = await connections(database);
    await migratePostgres(ways, steps.slice(0, 1));
    const again = [...steps, 'CREATE TABLE one (again integer)'];
    await expect(migratePostgres(ways, again)).rejects.toThrow('relation "one" already exists');
    expect(await versionOf(database)).toEqual([{ version: 1 }]);
    await expect(server.run(database, 'SELECT * FROM two')).rejects.toThrow('does not exist');
  });

  test('commits to disk although the database says otherwise', async () => {
    const database = await server.database();
    await server.run(database, `ALTER DATABASE ${database} SET synchronous_commit = off`);
    await server.run(
      database,
      `ALTER DATABASE ${database} SET default_transaction_isolation = 'serializable'`,
    );
    const ways = await connections(database);
    const asked = { text: 'SHOW synchronous_commit' };
    const { rows } = await ways.read((on) => on.query<{ synchronous_commit: string }>(asked));
    expect(rows).toEqual([{ synchronous_commit: 'on' }]);
    const level = { text: 'SHOW transaction_isolation' };
    const { rows: levels } = await ways.transaction((on) =>
      on.query<{ transaction_isolation: string }>(level),
    );
    expect(levels).toEqual([{ transaction_isolation: 'read committed' }]);
  });

  test('in another encoding is refused', async () => {
    await server.run(
      'postgres',
      `CREATE DATABASE latin ENCODING LATIN1 TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'`,
    );
    await expect(openPostgresStore(server.url('latin'))).rejects.toThrow(
      "the database keeps its text as LATIN1: make one with ENCODING 'UTF8'",
    );
  });

  test('that is not there is a clear error', async () => {
    await expect(openPostgresStore(server.url('none'))).rejects.toMatchObject({
      name: 'CommandError',
      exit: 'unavailable',
      message: expect.stringMatching(/^cannot use the database none of muster at .*does not exist/),
    });
  });

  test('without leave to make tables there is a clear error', async () => {
    const database = await server.database();
    await server.run(database, 'CREATE ROLE guest LOGIN');
    const url = server.url(database).replace('muster@', 'guest@');
    await expect(openPostgresStore(url)).rejects.toThrow('permission denied for schema public');
  });

  test('the audit log is only ever added to', async () => {
    const database = await server.database();
    const store = await open(server.url(database));
    await store.putPolicy('c1', { text: '{}', digest: 'd' }, { by: 'ops', at: at('10:00:00') });
    for (const sql of ['DELETE FROM audit', 'UPDATE audit SET by = 1', 'TRUNCATE audit']) {
      await expect(server.run(database, sql)).rejects.toThrow('only ever added to');
    }
  });

  test('is copied by its own program', async () => {
    const store = await open(server.url(await server.database()));
    await expect(store.backup('/tmp/x')).rejects.toMatchObject({
      exit: 'usage',
      message: expect.stringContaining('pg_dump'),
    });
  });

  test('is cleared by one at a time', async () => {
    const database = await server.database();
    const store = await open(server.url(database));
    for (const sequence of [1, 2])
      await store.deliver(reported(sequence, at(`1${sequence}:00:00`)));
    const now = at('00:00:00', 30);
    const all = { fullMs: 1, maximumMs: 1 };
    const ways = await connections(database);
    await ways.transaction(async (on) => {
      await on.query({ text: `SELECT pg_advisory_xact_lock(${0x6d757375})` });
      expect(await store.retain(all, now)).toEqual({ removed: 0, more: false });
    });
    expect(await store.retain(all, now)).toEqual({ removed: 1, more: false });
  });

  test('when it is gone answers are 503, and it is used again when it is back', async () => {
    const database = await server.database();
    const store = await openPostgresStore(server.url(database));
    const { app, deliver } = await openTestApp({ store });
    const ready = () => app.inject('/readyz');
    expect([(await ready()).statusCode, (await deliver({ node: 'n1' })).statusCode]).toEqual([
      200, 400,
    ]);
    await server.stop('immediate');
    for (const answer of [await ready(), await deliver({ node: 'n1' })]) {
      const told = [answer.statusCode, answer.headers['retry-after']];
      expect(told).toEqual([503, expect.stringMatching(/^[1-6]\d$/)]);
      expect(answer.json()).toMatchObject({ code: 'unavailable' });
    }
    await expect(store.deliver(reported(1, at('11:00:00')))).rejects.toMatchObject({
      name: 'StoreUnavailable',
    });
    await server.start();
    expect((await ready()).statusCode).toBe(200);
    expect(await store.deliver(reported(1, at('11:00:00')))).toMatchObject({ repeated: false });
  });

  test('that takes no writes is not ready', async () => {
    const database = await server.database();
    const store = await open(server.url(database));
    await server.run(database, `ALTER DATABASE ${database} SET default_transaction_read_only = on`);
    const fresh = open(server.url(database));
    await expect(fresh).rejects.toThrow('read-only transaction');
    await server.run(
      'postgres',
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`,
    );
    await expect(store.ping()).rejects.toThrow(/takes no writes|cannot be used/);
    await expect(store.ping()).rejects.toThrow('takes no writes');
  });

  test('a password comes from its file, and is asked for anew with each connection', async () => {
    const database = await server.database();
    await server.run(
      database,
      `CREATE ROLE clerk LOGIN PASSWORD 'right'; GRANT ALL ON SCHEMA public TO clerk`,
    );
    const [hba] = await server.run<{ file: string }>(
      database,
      `SELECT current_setting('hba_file') AS file`,
    );
    const file = hba?.file ?? '';
    writeFileSync(file, `host all clerk 127.0.0.1/32 scram-sha-256\n${readFileSync(file, 'utf8')}`);
    await server.run(database, 'SELECT pg_reload_conf()');
    const url = server.url(database).replace('muster@', 'clerk@');
    const secret = join(temporaryFolder(), 'password');
    writeFileSync(secret, 'wrong\n');
    await expect(open(url, secret)).rejects.toThrow(
      'password authentication failed for user "clerk"',
    );
    writeFileSync(secret, 'right\n');
    expect(await (await open(url, secret)).clusters()).toEqual([]);
  });
});
