import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSqliteStore } from '../../collector/store/sqlite.ts';
import { openLiveCollector } from './routes/live-collector.ts';
import type { SignedClient } from './routes/signed-client.ts';
import { clusterName, nodeNames, now, seedReport } from './seed-cluster.ts';
import { enrolled, temporaryFolder } from './test-app.ts';

const [node = '', later = ''] = nodeNames;
const founder = { by: 'test', at: now };
const report = (minute: number) => ({
  ...seedReport(1),
  collectedAt: `2026-03-01T02:${minute}:00Z`,
});

/** A collector that was set back to a backup: two reports before it, one and a newcomer after. */
async function restored() {
  const folder = temporaryFolder();
  const store = await openSqliteStore(join(folder, 'muster.db'));
  const before = await openLiveCollector({ store });
  const client = await enrolled(before.store, { node });
  for (const minute of [11, 12]) await before.report(client, report(minute));
  const copy = join(folder, 'copy.db');
  await store.backup(copy);
  await before.report(client, report(13));
  const newcomer = await enrolled(before.store, { node: later });
  await before.store.revokeKeys(clusterName, node, founder);
  const live = await openLiveCollector({ store: await openSqliteStore(copy) });
  const sequences = async () =>
    (await live.store.history(clusterName, node, { limit: 9 })).map(({ sequence }) => sequence);
  return { live, client, newcomer, sequences };
}

describe('a collector restored from a backup', () => {
  test('goes on with the next report of each node, and lacks those in between', async () => {
    const { live, client, sequences } = await restored();
    const next = await live.report(client, report(14));
    expect(next.json).toMatchObject({ repeated: false, late: false });
    expect(await sequences()).toEqual([4, 2, 1]);
  });

  test('takes again what an agent still has, under its own sequence', async () => {
    const { live, client, sequences } = await restored();
    await live.report(client, report(14));
    const again = await live.report(client, report(13), { sequence: 3 });
    expect(again.json).toMatchObject({ repeated: false, late: true });
    expect((await live.report(client, report(12), { sequence: 2 })).json).toMatchObject({
      repeated: true,
    });
    expect(await sequences()).toEqual([4, 3, 2, 1]);
  });

  test('does not know who came after it, nor who was revoked after it', async () => {
    const { live, client, newcomer } = await restored();
    const told = async (one: SignedClient) => (await live.report(one, seedReport(2))).json.code;
    expect(await told(newcomer)).toBe('unknown_node');
    expect(await told(client)).toBe('wrong_node');
  });
});
