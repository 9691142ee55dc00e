import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { digestOf } from '../../../collector/store/report-parts.ts';
import type { Store } from '../../../collector/store/store.ts';
import { postgres } from '../../postgres-server.ts';
import { describeWith } from '../../requirements.ts';
import { at, cluster, delivery } from './deliveries.ts';
import { change, enrolled, leave, wanted } from './enrolments.ts';
import { crowdIn } from './postgres-crowd.ts';

/** Races that are made to happen: a third session holds a row until all who want it wait. */
describeWith([postgres], 'what two collectors do to one row of PostgreSQL', () => {
  const { open, url, run, deadlocks } = crowdIn('held');

  /** Does as the SQL says and keeps its locks until it is told to let go. */
  async function holding(sql: string, end = 'COMMIT'): Promise<() => Promise<void>> {
    const client = new Client({ connectionString: url() });
    await client.connect();
    onTestFinished(() => client.end());
    await client.query(`BEGIN; ${sql}`);
    return async () => void (await client.query(end));
  }

  async function untilWaiting(count: number): Promise<void> {
    for (;;) {
      const rows = await run(
        `SELECT 1 FROM pg_stat_activity WHERE datname = 'held' AND wait_event_type = 'Lock'`,
      );
      if (rows.length >= count) return;
    }
  }

  test('two nodes with one machine id, each about to use its token: one is refused', async () => {
    const [one, other] = [await open(), await open()];
    await leave(one, ['n1', 't1']);
    await leave(one, ['n2', 't2']);
    const letGo = await holding('SELECT 1 FROM enrolment_tokens FOR UPDATE');
    const both = Promise.all([one.enroll(wanted('n1', 't1')), other.enroll(wanted('n2', 't2'))]);
    await untilWaiting(2);
    await letGo();
    const refused = (await both).filter((answer) => 'refused' in answer);
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ refused: 'cloned_machine' });
    expect(await one.nodeKeys()).toHaveLength(1);
  });

  test('a token that another one has used in the meantime is refused', async () => {
    const store = await open();
    await leave(store, ['n1', 't1']);
    const letGo = await holding('UPDATE enrolment_tokens SET used_at = 1');
    const answer = store.enroll(wanted('n1', 't1'));
    await untilWaiting(1);
    await letGo();
    expect(await answer).toEqual({ refused: 'used_token' });
    expect(await store.nodeKeys()).toEqual([]);
  });

  test('two rotations of one key to different ones: the second sees the first', async () => {
    const [one, other] = [await open(), await open()];
    await enrolled(one, ['n1', 't1']);
    const letGo = await holding('SELECT 1 FROM nodes FOR UPDATE');
    const rotation = (id: string) => ({
      from: 'key-t1',
      to: { id, publicKey: `public-${id}` },
      validUntil: at('11:00:00'),
    });
    const both = Promise.all([
      one.rotateKey(rotation('k1'), { ...change, at: at('11:30:00') }),
      other.rotateKey(rotation('k2'), { ...change, at: at('11:30:00') }),
    ]);
    await untilWaiting(2);
    await letGo();
    expect((await both).filter((key) => key !== null)).toHaveLength(1);
  });

  test('a delivery waits for who has its node, and sees what came of it', async () => {
    const store = await open();
    await store.deliver(delivery(1, { a: 1 }));
    const letGo = await holding(
      `SELECT 1 FROM nodes FOR NO KEY UPDATE;
       INSERT INTO reports (node_id, digest, enrolment, sequence, boot_id, collected_at,
         received_at, schema, late, skeleton_id, packed)
       SELECT node_id, '\\x00', enrolment, 9, boot_id, 0, 0, 1, false, skeleton_id, false
       FROM reports`,
    );
    const late = store.deliver(delivery(8, { a: 2 }));
    await untilWaiting(1);
    await letGo();
    expect(await late).toMatchObject({ repeated: false, late: true });
  });

  test('a delivery does not wait for who changes its key', async () => {
    const store = await open();
    await enrolled(store, ['n1', 't1']);
    const letGo = await holding(`UPDATE node_keys SET state = 'revoked'`);
    await store.deliver(delivery(1, { a: 1 }, { key: 'key-t1' }));
    await letGo();
    expect(await store.nodeKey('key-t1')).toMatchObject({ state: 'revoked', lastSeenAt: null });
    await store.deliver(delivery(2, { a: 2 }, { key: 'key-t1' }));
    expect(await store.nodeKey('key-t1')).toMatchObject({ lastSeenAt: at('12:00:00') });
  });

  test('two that want the same nodes, in opposite order, do not wait for each other', async () => {
    const [one, other] = [await open(), await open()];
    const nodes = Array.from({ length: 20 }, (_, index) => `n${10 + index}`);
    const bring = (store: Store, names: string[], sequence: number) =>
      Promise.all(names.map((node) => store.deliver(delivery(sequence, { sequence }, { node }))));
    await bring(one, nodes, 1);
    for (let round = 1; round <= 5; round++) {
      const letGo = await holding(`SELECT 1 FROM nodes WHERE name = 'n20' FOR UPDATE`);
      const first = bring(one, nodes, 2 * round);
      await untilWaiting(1);
      const second = bring(other, nodes.toReversed(), 2 * round + 1);
      await untilWaiting(2);
      await letGo();
      await Promise.all([first, second]);
    }
    expect(await deadlocks()).toBe(0);
  });

  test('two that store sections in opposite order do not wait for each other', async () => {
    const [one, other] = [await open(), await open()];
    const section = (index: number) => [`s${index}`, { status: 'ok', facts: { index } }] as const;
    const digest = (index: number) => digestOf(Buffer.from(JSON.stringify(section(index)[1])));
    const sorted = Array.from({ length: 20 }, (_, index) => index).sort((a, b) =>
      digest(a).compare(digest(b)),
    );
    const report = (order: number[]) => ({ sections: Object.fromEntries(order.map(section)) });
    const middle = digest(sorted[10] ?? 0).toString('hex');
    const letGo = await holding(
      `INSERT INTO sections (digest, body) VALUES ('\\x${middle}', '')`,
      'ROLLBACK',
    );
    const first = one.deliver(delivery(1, report(sorted)));
    await untilWaiting(1);
    const second = other.deliver(delivery(1, report(sorted.toReversed()), { node: 'n2' }));
    await untilWaiting(2);
    await letGo();
    await Promise.all([first, second]);
    expect(await run('SELECT 1 FROM sections')).toHaveLength(20);
    expect(await deadlocks()).toBe(0);
  });

  test('what a report is made of is kept with it, whatever retention does', async () => {
    const [one, other] = [await open(), await open()];
    await one.deliver(delivery(1, { a: 1 }, { receivedAt: at('01:00:00') }));
    await one.deliver(delivery(2, { a: 2 }));
    // Stops the delivery when it has its lock on what it is made of.
    const letGo = await holding('LOCK TABLE series IN ACCESS EXCLUSIVE MODE');
    const figures = { vgFreeBytes: 1, vgSizeBytes: 2, memoryAvailableBytes: 3, clockOffsetMs: 4 };
    const again = one.deliver(delivery(3, { a: 1 }, { node: 'n2', figures }));
    await untilWaiting(1);
    const cleared = other.retain({ fullMs: 0, maximumMs: 60_000 }, at('11:00:00'));
    await untilWaiting(1);
    await letGo();
    await Promise.all([again, cleared]);
    const [current] = (await one.current(cluster)).filter(({ node }) => node === 'n2');
    expect(await one.bodies([current?.id ?? 0])).toEqual(['{"a":1}']);
  });
});
