import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import { seedReport } from '../seed-cluster.ts';
import { openTestApp, temporaryFolder } from '../test-app.ts';

test('/metrics tells how long deliveries took, and how large the store is', async () => {
  const { app, as, deliver, store } = await openTestApp();
  const told = async () => {
    const answer = await app.inject({ url: '/metrics', headers: as.reader });
    const [, size] = /^muster_store_bytes (\d+)$/m.exec(answer.body) ?? [];
    const [, count] = /^muster_delivery_seconds_count (\d+)$/m.exec(answer.body) ?? [];
    const [, seconds] = /^muster_delivery_seconds_sum (\S+)$/m.exec(answer.body) ?? [];
    return { size: Number(size), count: Number(count), seconds: Number(seconds) };
  };
  const before = await told();
  expect(before).toMatchObject({ count: 0, seconds: 0 });
  expect(before.size).toBeGreaterThan(0);

  expect((await deliver(seedReport(1))).statusCode).toBe(200);
  expect((await deliver({ node: seedReport(1).node, schema: 0 })).statusCode).toBe(400);
  const after = await told();
  expect(after.count).toBe(1);
  expect(after.seconds).toBeGreaterThan(0);
  expect(after.size).toBe(await store.sizeBytes());
});

test('the size of the store is that of its file', async () => {
  const file = join(temporaryFolder(), 'muster.db');
  const store = await openSqliteStore(file);
  const size = await store.sizeBytes();
  await store.close();
  expect(statSync(file).size).toBe(size);
});
