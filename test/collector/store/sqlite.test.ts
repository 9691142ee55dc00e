import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import type { Store } from '../../../collector/store/store.ts';
import { temporaryFolder } from '../test-app.ts';
import { storeConforms } from './conformance.ts';
import { at, cluster, delivery, reported } from './deliveries.ts';

async function openStore(path = ':memory:'): Promise<Store> {
  const store = await openSqliteStore(path);
  onTestFinished(() => store.close());
  return store;
}

storeConforms(() => openStore());

describe('the database file', () => {
  test('is durable, private, and kept across openings', async () => {
    const path = join(temporaryFolder(), 'muster.db');
    const store = await openSqliteStore(path);
    await store.deliver(reported(1, at('11:00:00')));
    await store.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = await openStore(path);
    expect((await again.current(cluster)).map(({ node }) => node)).toEqual(['n1']);
  });

  test('that is no database is refused, and left as it is', async () => {
    const path = join(temporaryFolder(), 'muster.db');
    writeFileSync(path, 'not a database, but some notes of mine'.repeat(100));
    await expect(openSqliteStore(path)).rejects.toThrow(
      /cannot be used as a database.*not a database/,
    );
    expect(readFileSync(path, 'utf8')).toMatch(/^not a database, but/);
  });

  test('that is damaged is refused', async () => {
    const path = join(temporaryFolder(), 'muster.db');
    const store = await openSqliteStore(path);
    for (let index = 0; index < 200; index++) {
      await store.deliver(delivery(index, randomBytes(3000).toString('hex')));
    }
    await store.close();
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 4096 * 60, 4096 * 100);
    writeFileSync(path, bytes);
    await expect(openSqliteStore(path)).rejects.toThrow(/is damaged/);
  });

  test('in a folder that is not there is a clear error', async () => {
    const path = join(temporaryFolder(), 'none', 'muster.db');
    await expect(openSqliteStore(path)).rejects.toMatchObject({
      name: 'CommandError',
      exit: 'unavailable',
      message: expect.stringContaining(`cannot open the database ${path}`),
    });
  });

  test('locked by another program for too long is "unavailable", not a crash', async () => {
    const path = join(temporaryFolder(), 'muster.db');
    const store = await openStore(path);
    const other = new Sqlite(path);
    other.exec('BEGIN IMMEDIATE');
    onTestFinished(() => void other.close());
    await expect(store.deliver(reported(1, at('11:00:00')))).rejects.toMatchObject({
      name: 'StoreUnavailable',
    });
    other.exec('ROLLBACK');
    expect(await store.deliver(reported(1, at('11:00:00')))).toMatchObject({ repeated: false });
  });
});
