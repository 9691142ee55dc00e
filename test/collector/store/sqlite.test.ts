import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import type { Delivery, Store } from '../../../collector/store/store.ts';
import { temporaryFolder } from '../test-app.ts';

const at = (time: string) => new Date(`2026-03-01T${time}Z`);

function delivery(node: string, time: string, more: Partial<Delivery> = {}): Delivery {
  const json = JSON.stringify({ node, time });
  return {
    cluster: 'c1',
    node,
    digest: createHash('sha256').update(json).digest('hex'),
    collectedAt: at(time),
    receivedAt: at('12:00:00'),
    schema: 1,
    body: gzipSync(json),
    ...more,
  };
}

async function openStore(path = ':memory:'): Promise<Store> {
  const store = await openSqliteStore(path);
  onTestFinished(() => store.close());
  return store;
}

describe('reports', () => {
  test('a report delivered again gives the first receipt and is stored once', async () => {
    const store = await openStore();
    const first = await store.deliver(delivery('n1', '11:00:00'));
    const again = await store.deliver(delivery('n1', '11:00:00', { receivedAt: at('13:00:00') }));
    expect(first).toMatchObject({ repeated: false, receivedAt: at('12:00:00') });
    expect(again).toEqual({ ...first, repeated: true });
    expect(await store.current('c1')).toHaveLength(1);
  });

  test('the same report twice in one group commit is stored once', async () => {
    const store = await openStore();
    const both = [delivery('n1', '11:00:00'), delivery('n1', '11:00:00')];
    const receipts = await Promise.all(both.map((one) => store.deliver(one)));
    expect(receipts.map((receipt) => receipt.repeated)).toEqual([false, true]);
  });

  test('a report that comes late joins history and does not become current', async () => {
    const store = await openStore();
    const newer = await store.deliver(delivery('n1', '11:00:00'));
    const late = await store.deliver(delivery('n1', '10:59:59.999'));
    expect(late.repeated).toBe(false);
    expect(await store.current('c1')).toEqual([
      { id: newer.id, node: 'n1', collectedAt: at('11:00:00') },
    ]);
    expect(await store.bodies([late.id])).toEqual([
      JSON.stringify({ node: 'n1', time: '10:59:59.999' }),
    ]);
  });

  test('equal reports of two clusters are two', async () => {
    const store = await openStore();
    await store.deliver(delivery('n1', '11:00:00'));
    const other = await store.deliver(delivery('n1', '11:00:00', { cluster: 'c2' }));
    expect(other.repeated).toBe(false);
    expect(await store.clusters()).toEqual(['c1', 'c2']);
  });

  test('bodies come in the order asked, and a body that is not there is an error', async () => {
    const store = await openStore();
    const one = await store.deliver(delivery('n1', '11:00:00'));
    const two = await store.deliver(delivery('n2', '11:00:00'));
    const bodies = await store.bodies([two.id, one.id]);
    expect(bodies.map((body) => JSON.parse(body).node)).toEqual(['n2', 'n1']);
    await expect(store.bodies([99])).rejects.toThrow('there is no report 99 in the store');
  });
});

test('a policy is kept as it was written and replaced as a whole', async () => {
  const store = await openStore();
  const first = { text: '# a\n{}\n', digest: 'd1', updatedAt: at('10:00:00'), updatedBy: 'ops' };
  await store.putPolicy('c1', first);
  expect(await store.policy('c1')).toEqual(first);
  await store.putPolicy('c1', { ...first, text: '# b\n' });
  expect((await store.policy('c1'))?.text).toBe('# b\n');
  expect(await store.policy('c2')).toBeNull();
  expect(await store.clusters()).toEqual(['c1']);
});

describe('the database file', () => {
  test('is durable, private, and kept across openings', async () => {
    const path = join(temporaryFolder(), 'muster.db');
    const store = await openSqliteStore(path);
    await store.deliver(delivery('n1', '11:00:00'));
    await store.close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = await openStore(path);
    expect((await again.current('c1')).map(({ node }) => node)).toEqual(['n1']);
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
      await store.deliver(delivery(`n${index}`, '11:00:00', { body: Buffer.alloc(3000, index) }));
    }
    await store.close();
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 4096 * 20, 4096 * 60);
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
    await expect(store.deliver(delivery('n1', '11:00:00'))).rejects.toMatchObject({
      name: 'StoreUnavailable',
    });
    other.exec('ROLLBACK');
    expect(await store.deliver(delivery('n1', '11:00:00'))).toMatchObject({ repeated: false });
  });
});
