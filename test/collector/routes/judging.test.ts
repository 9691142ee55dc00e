import { expect, test } from 'vitest';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import { clusterName, seedReports } from '../seed-cluster.ts';
import { openTestApp } from '../test-app.ts';

test('while a judgement takes too long, who asks is told to come again', async () => {
  const kept = await openSqliteStore(':memory:');
  let goOn: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const current = (cluster: string) => slow.then(() => kept.current(cluster));
  const { app, as, deliver } = await openTestApp({
    ...{ store: { ...kept, current }, judgingWaitMs: 1 },
  });
  for (const report of seedReports()) await deliver(report);
  const ask = (headers: Record<string, string>, path: string) => app.inject({ url: path, headers });
  const verify = `/api/v1/clusters/${clusterName}/verify?gate=health`;

  const refused = await ask(as.reader, verify);
  expect(refused.json()).toMatchObject({ status: 503, code: 'judging' });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  const page = await ask({ ...as.reader, accept: 'text/html' }, `/clusters/${clusterName}`);
  expect([page.statusCode, page.headers['content-type']]).toEqual([
    503,
    'text/html; charset=utf-8',
  ]);
  expect(page.body).toContain('still being judged');

  goOn();
  await expect.poll(async () => (await ask(as.reader, verify)).statusCode).toBe(200);
});
