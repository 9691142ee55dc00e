import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, test } from 'vitest';
import { join } from 'node:path';
import { execSync } from 'node:child_process';
import { openPostgresStore } from '../collector/store/postgres.ts';
import { startPostgres, type PostgresServer } from './postgres-server.ts';
import { openTestApp } from './collector/test-app.ts';
import { reported, at } from './collector/store/deliveries.ts';

test('freeze', { timeout: 120000 }, async () => {
  const server = await startPostgres();
  await server.run('postgres', 'CREATE DATABASE x');
  const store = await openPostgresStore(server.url('x'));
  const { app, deliver } = await openTestApp({ store });
  const [row] = await server.run<{ f: string }>('x', `SELECT current_setting('data_directory') AS f`);
  const pid = readFileSync(join(row!.f, 'postmaster.pid'), 'utf8').split('\n')[0];
  for (let i = 1; i < 4; i++) await store.deliver(reported(i, at('11:00:00')));
  const all = () => execSync(`ps -o pid= --ppid ${pid}`).toString().trim().split(/\s+/).concat(pid!);
  const began = Date.now();
  const t = (w: string) => (x: any) => console.log(Date.now() - began, w, x?.statusCode ?? x?.message ?? x);
  const busy = Array.from({ length: 14 }, (_, i) => store.deliver({ ...reported(5, at('12:00:00')), node: `m${i}` }));
  await new Promise((r) => setTimeout(r, 8));
  execSync(`kill -STOP ${all().join(' ')}`);
  const busied = Promise.all(busy.map((b, i) => b.then(t(`b${i}`), t(`b${i}`))));
  const early = Promise.all([app.inject('/readyz').then(t('ready1')), app.inject('/healthz').then(t('health'))]);
  await early;
  await Promise.all([app.inject('/readyz').then(t('ready2')), store.deliver({ ...reported(5, at('12:00:00')), node: 'late' }).then(t('late'), t('late')), app.inject('/readyz').then(t('ready3'))]);
  await new Promise((r) => setTimeout(r, 10000));
  await app.inject('/readyz').then(t('ready4'));
  execSync(`kill -CONT ${all().join(' ')}`);
  await busied;
  t('cont')('');
  for (let i=0;i<5;i++) { await app.inject('/readyz').then(t('ready5')); }
  await store.deliver({ ...reported(5, at('12:00:00')), node: 'late' }).then(t('late'), t('late'));
  await server.end();
});
