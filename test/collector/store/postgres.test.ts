import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { openPostgresStore } from '../../../collector/store/postgres.ts';
import { type PostgresServer, postgres, startPostgres } from '../../postgres-server.ts';
import { describeWith } from '../../requirements.ts';
import { storeConforms } from './conformance.ts';

describeWith([postgres], 'the store in PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
    await server.run('postgres', 'CREATE DATABASE kept');
    await (await openPostgresStore(server.url('kept'))).close();
  });
  afterAll(() => server.end());

  storeConforms(async () => {
    await server.empty('kept');
    const store = await openPostgresStore(server.url('kept'));
    onTestFinished(() => store.close());
    return store;
  });
});
