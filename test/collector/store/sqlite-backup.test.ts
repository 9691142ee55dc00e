import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import type { Store } from '../../../collector/store/store.ts';
import { temporaryFolder } from '../test-app.ts';
import { at, cluster, delivery } from './deliveries.ts';

async function openStore(path: string): Promise<Store> {
  const store = await openSqliteStore(path);
  onTestFinished(() => store.close());
  return store;
}

/** Reports of many nodes, none like another. */
async function fill(store: Store, from: number, count: number): Promise<void> {
  const sequences = Array.from({ length: count }, (_, index) => from + index);
  await Promise.all(
    sequences.map((sequence) =>
      store.deliver(delivery(sequence, { sections: { a: `${sequence} `.repeat(900) } })),
    ),
  );
}

test.each([
  ['this process', false],
  ['another process', true],
])(
  'a backup while %s writes is whole, private, and holds all that came before',
  async (_, other) => {
    const folder = temporaryFolder();
    const store = await openStore(join(folder, 'muster.db'));
    const backing = other ? await openStore(join(folder, 'muster.db')) : store;
    await fill(store, 1, 600);
    const copy = join(folder, 'copy.db');
    let done = false;
    const backup = backing.backup(copy).finally(() => {
      done = true;
    });
    let during = 0;
    for (; !done; during += 10) await fill(store, 601 + during, 10);
    await backup;
    expect(during).toBeGreaterThan(0);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.includes('part'))).toEqual([]);
    const db = new Sqlite(copy);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    db.close();
    const copied = await openStore(copy);
    const history = await copied.history(cluster, 'n1', { limit: 10_000 });
    expect(
      history
        .map(({ sequence }) => sequence)
        .reverse()
        .slice(0, 600),
    ).toEqual(Array.from({ length: 600 }, (_none, index) => index + 1));
    const bodies = await copied.bodies(history.map(({ id }) => id));
    expect(bodies.every((body, index) => body.includes(`"${history[index]?.sequence} `))).toBe(
      true,
    );
  },
);

test('a store in memory can be backed up too', async () => {
  const store = await openStore(':memory:');
  await store.deliver(delivery(1, { a: 1 }));
  const copy = join(temporaryFolder(), 'copy.db');
  await store.backup(copy);
  const copied = await openStore(copy);
  expect(await copied.bodies([1])).toEqual(['{"a":1}']);
  expect(await copied.current(cluster)).toEqual([
    { id: 1, node: 'n1', collectedAt: at('11:00:00') },
  ]);
});

test('a file that is there already is left as it is', async () => {
  const folder = temporaryFolder();
  const store = await openStore(join(folder, 'muster.db'));
  const copy = join(folder, 'copy.db');
  writeFileSync(copy, 'mine');
  await expect(store.backup(copy)).rejects.toMatchObject({
    name: 'CommandError',
    exit: 'usage',
    message: `${copy} is there already`,
  });
  expect(readFileSync(copy, 'utf8')).toBe('mine');
});

test('a folder that is not there is a clear error, and nothing is left', async () => {
  const folder = temporaryFolder();
  const store = await openStore(join(folder, 'muster.db'));
  const copy = join(folder, 'none', 'copy.db');
  await expect(store.backup(copy)).rejects.toMatchObject({
    name: 'CommandError',
    exit: 'unavailable',
    message: expect.stringContaining('cannot write the backup'),
  });
  expect(existsSync(copy)).toBe(false);
});
