import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import { StoreUnavailable } from '../../../collector/store/store.ts';
import { asRoot, describeWith, program } from '../../requirements.ts';
import { cluster, delivery } from './deliveries.ts';

const MIB = 2 ** 20;

/** A report that packs badly. */
function large(sequence: number) {
  return delivery(sequence, { sections: { a: randomBytes(30_000).toString('base64') } });
}

describeWith([asRoot, program('mount', 'mount')], 'a full disk', () => {
  let disk: string;
  beforeAll(() => {
    disk = mkdtempSync(join(tmpdir(), 'muster-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]);
  });
  afterAll(() => {
    execFileSync('umount', [disk]);
    rmdirSync(disk);
  });

  test('refuses in words, keeps what was acknowledged, goes on when there is room', async () => {
    const path = join(disk, 'muster.db');
    const store = await openSqliteStore(path);
    await store.deliver(large(1));
    expect(() => writeFileSync(join(disk, 'ballast'), Buffer.alloc(6 * MIB))).not.toThrow();

    const acknowledged = [1];
    const refused: unknown[] = [];
    for (let sequence = 2; refused.length < 3; sequence += 3) {
      const group = [sequence, sequence + 1, sequence + 2];
      const outcomes = await Promise.allSettled(group.map((one) => store.deliver(large(one))));
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.status === 'rejected') refused.push(outcome.reason);
        else acknowledged.push(sequence + index);
      }
    }
    expect(refused[0]).toBeInstanceOf(StoreUnavailable);
    expect(refused[0]).toMatchObject({
      message: 'the store cannot be used now: database or disk is full',
    });
    expect(await sequencesIn(store)).toEqual(acknowledged);
    // who only looks is served on
    await store.ping();
    await expect(store.backup(join(disk, 'copy.db'))).rejects.toBeInstanceOf(StoreUnavailable);
    expect(existsSync(join(disk, 'copy.db'))).toBe(false);

    rmSync(join(disk, 'ballast'));
    await store.deliver(large(1000));
    expect(await sequencesIn(store)).toEqual([...acknowledged, 1000]);
    await store.close();
    const db = new Sqlite(path);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.prepare('SELECT count(*) FROM skeletons').pluck().get()).toBe(
      acknowledged.length + 1,
    );
    db.close();
  });
});

/** The sequences of all reports, each of which can be read. */
async function sequencesIn(store: Awaited<ReturnType<typeof openSqliteStore>>): Promise<number[]> {
  const history = await store.history(cluster, 'n1', { limit: 1000 });
  await store.bodies(history.map(({ id }) => id));
  return history.map(({ sequence }) => sequence).reverse();
}
