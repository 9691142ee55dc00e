import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import { delivery } from './deliveries.ts';

/** Delivers three reports one after another, and says so of each: for a test that traces it. */
const store = await openSqliteStore(process.argv[2] ?? '');
for (const sequence of [1, 2, 3]) {
  const { id } = await store.deliver(delivery(sequence, { sections: { sequence } }));
  process.stdout.write(`acknowledged ${id}\n`);
}
await store.close();
