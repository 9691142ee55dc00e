import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { openPostgresStore } from '../../../collector/store/postgres.ts';
import type { Store } from '../../../collector/store/store.ts';
import { type PostgresServer, startPostgres } from '../../postgres-server.ts';

/** Stores over one database, each as good as a process of its own, and who was undone in it. */
export interface Crowd {
  open(): Promise<Store>;
  url(): string;
  run<Row extends object = object>(sql: string): Promise<Row[]>;
  /** how often the server had to undo one of two that waited for each other; closes the stores */
  deadlocks(): Promise<number | undefined>;
}

/** A database of that name on a server of its own, empty before each test. */
export function crowdIn(name: string): Crowd {
  let server: PostgresServer;
  const stores = new Set<Store>();
  const run = <Row extends object = object>(sql: string) => server.run<Row>(name, sql);

  /** A session tells what it counted when it ends, at the latest. */
  async function closeAll(): Promise<void> {
    for (const store of stores) await store.close();
    stores.clear();
    const others = `SELECT 1 FROM pg_stat_activity
      WHERE datname = '${name}' AND application_name = 'muster'`;
    while ((await run(others)).length > 0);
  }

  beforeAll(async () => {
    // Whoever waits for another in a circle is noticed at once, not after a second.
    server = await startPostgres(['deadlock_timeout=10ms']);
    await server.run('postgres', `CREATE DATABASE ${name}`);
    await (await openPostgresStore(server.url(name))).close();
  });
  beforeEach(async () => {
    await server.empty(name);
    await run('SELECT pg_stat_reset()');
  });
  afterEach(closeAll);
  afterAll(() => server.end());

  return {
    run,
    url: () => server.url(name),
    async open() {
      const store = await openPostgresStore(server.url(name));
      stores.add(store);
      return store;
    },
    async deadlocks() {
      await closeAll();
      const sql = `SELECT deadlocks::int FROM pg_stat_database WHERE datname = '${name}'`;
      return (await run<{ deadlocks: number }>(sql))[0]?.deadlocks;
    },
  };
}
