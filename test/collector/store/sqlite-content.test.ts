import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import type { Store } from '../../../collector/store/store.ts';
import type { Report } from '../../../shared/report.ts';
import type { Changes } from '../../sample-report.ts';
import { temporaryFolder } from '../test-app.ts';
import { at, cluster, delivery, reported } from './deliveries.ts';

const DAY_MS = 24 * 60 * 60_000;

/** A store and a second look at its database. */
async function open(): Promise<{ store: Store; db: Database }> {
  const path = join(temporaryFolder(), 'muster.db');
  const store = await openSqliteStore(path);
  const db = new Sqlite(path);
  onTestFinished(async () => {
    db.close();
    await store.close();
  });
  return { store, db };
}

function rows(db: Database, table: string): number {
  return Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
}

const busy: Changes<Report> = {
  tookMs: { cpu: 99 },
  sections: { memory: { facts: { availableBytes: 5 } } },
};

test('reports between which only volatile facts differ share all else', async () => {
  const { store, db } = await open();
  await store.deliver(reported(1, at('11:00:00')));
  const sections = rows(db, 'sections');
  await store.deliver(reported(2, at('11:15:00'), busy));
  expect(rows(db, 'skeletons')).toBe(1);
  expect(rows(db, 'sections')).toBe(sections);
});

test('a section that changes is stored, and the others are not stored again', async () => {
  const { store, db } = await open();
  await store.deliver(reported(1, at('11:00:00')));
  const sections = rows(db, 'sections');
  const changes = { sections: { memory: { facts: { swapTotalBytes: 5 } } } };
  await store.deliver(reported(2, at('11:15:00'), changes));
  expect(rows(db, 'skeletons')).toBe(2);
  expect(rows(db, 'sections')).toBe(sections + 1);
});

test('nodes that are alike share sections', async () => {
  const { store, db } = await open();
  await store.deliver(reported(1, at('11:00:00')));
  const sections = rows(db, 'sections');
  const other = reported(1, at('11:00:00'), { node: 'n2', sections: { cpu: {} } });
  await store.deliver({ ...other, node: 'n2' });
  expect(rows(db, 'skeletons')).toBe(2);
  expect(rows(db, 'sections')).toBe(sections);
});

test('a report that is refused leaves nothing of itself', async () => {
  const { store, db } = await open();
  await store.deliver(delivery(1, { sections: { a: 1 } }));
  const refused = store.deliver(delivery(1, { sections: { b: 1 } }));
  await expect(refused).rejects.toMatchObject({ name: 'SequenceTaken', lastSequence: 1 });
  expect([rows(db, 'reports'), rows(db, 'skeletons'), rows(db, 'sections')]).toEqual([1, 1, 1]);
});

test('what no report needs any more goes with the last that did', async () => {
  const { store, db } = await open();
  for (const [index, section] of ['old', 'shared', 'new'].entries()) {
    const body = { sections: { changes: section, stays: 'the same' } };
    await store.deliver(delivery(index + 1, body, { collectedAt: at('11:00:00', index) }));
  }
  expect([rows(db, 'skeletons'), rows(db, 'sections')]).toEqual([3, 4]);
  const step = { fullMs: DAY_MS, maximumMs: DAY_MS };
  expect(await store.retain(step, at('12:00:00', 3))).toEqual({ removed: 2, more: false });
  expect([rows(db, 'skeletons'), rows(db, 'sections')]).toEqual([1, 2]);
  const [last] = await store.current(cluster);
  expect(await store.bodies([last?.id ?? 0])).toEqual([
    '{"sections":{"changes":"new","stays":"the same"}}',
  ]);
});

test('the audit log cannot be changed, shortened or replaced by any statement', async () => {
  const { store, db } = await open();
  await store.putPolicy('c1', { text: '{}', digest: 'd' }, { by: 'ops', at: at('10:00:00') });
  const entry = db.prepare('SELECT * FROM audit').all();
  for (const sql of [
    "UPDATE audit SET by = 'nobody'",
    'DELETE FROM audit',
    "INSERT OR REPLACE INTO audit VALUES (1, '', '', '', NULL, '')",
  ]) {
    expect(() => db.exec(sql)).toThrow('the audit log is only ever added to');
  }
  expect(db.prepare('SELECT * FROM audit').all()).toEqual(entry);
});

test('a change that fails leaves no entry in the audit log', async () => {
  const { store } = await open();
  const change = { by: 'ops', at: at('10:00:00') };
  const token = {
    hash: 'ab',
    name: 'a',
    role: 'reader' as const,
    cluster: null,
    createdAt: change.at,
    expiresAt: null,
  };
  await store.createToken(token, change);
  await expect(store.createToken(token, change)).rejects.toThrow(/UNIQUE/);
  expect(await store.auditLog({ limit: 9 })).toHaveLength(1);
});

test('of two processes that use one enrolment token, one gets the key', async () => {
  const path = join(temporaryFolder(), 'muster.db');
  const stores = await Promise.all([openSqliteStore(path), openSqliteStore(path)]);
  onTestFinished(async () => {
    for (const store of stores) await store.close();
  });
  const change = { by: 'ops', at: at('10:00:00') };
  for (let round = 0; round < 20; round++) {
    const node = `n${round}`;
    const token = { hash: `t${round}`, cluster, node, expiresAt: at('12:00:00') };
    await stores[0]?.createEnrolmentToken(token, change);
    const answers = await Promise.all(
      stores.map((store, index) =>
        store.enroll({
          tokenHash: token.hash,
          node,
          key: `key ${round} ${index}`,
          publicKey: 'public',
          machineId: `machine ${round}`,
          state: 'active',
          at: at('11:00:00'),
        }),
      ),
    );
    const refused = answers.filter((answer) => 'refused' in answer);
    expect(refused).toEqual([{ refused: 'used_token' }]);
  }
  const keys = (await stores[1]?.nodeKeys()) ?? [];
  expect(new Set(keys.map(({ enrolment }) => enrolment)).size).toBe(20);
});
