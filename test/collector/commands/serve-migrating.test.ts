import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { freePort, type PostgresServer, postgres, startPostgres } from '../../postgres-server.ts';
import { describeWith } from '../../requirements.ts';
import { ask } from '../routes/live-collector.ts';
import { start } from './served.ts';

/** As in `collector/store/postgres-database.ts`: who has it takes the schema further. */
const SCHEMA_LOCK = 0x6d757374;

describeWith([postgres], 'while another one takes the schema further', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.end());

  test('a collector does not listen, and is ready as soon as it does', async () => {
    const name = await server.database();
    const other = new Client({ connectionString: server.url(name) });
    await other.connect();
    onTestFinished(() => other.end());
    await other.query('SELECT pg_advisory_lock($1)', [SCHEMA_LOCK]);

    const port = await freePort();
    const child = start('--database', server.url(name), '--listen', `127.0.0.1:${port}`);
    const ready = () => ask(port, { path: '/readyz' }).then(({ status }) => status, String);
    const waiting = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
    await expect.poll(() => server.run(name, waiting), { timeout: 20_000 }).toHaveLength(1);
    expect(await ready()).toBe(`Error: connect ECONNREFUSED 127.0.0.1:${port}`);

    await other.query('SELECT pg_advisory_unlock($1)', [SCHEMA_LOCK]);
    if (child.stdout === null) throw new Error('the collector has no output');
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes('listening at')) break;
    }
    expect(await ready()).toBe(200);
  });
});
