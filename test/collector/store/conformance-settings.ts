import { expect, test } from 'vitest';
import type { NewToken } from '../../../collector/store/store.ts';
import type { Waiver } from '../../../shared/waiver.ts';
import type { OpenStore } from './conformance.ts';
import { at } from './deliveries.ts';

const change = { by: 'token 1 "ops"', at: at('10:00:00') };

const waiver: Waiver = {
  check: 'storage.raid',
  node: 'n1',
  subject: 'md0',
  verdict: 'fail',
  reason: 'a disk is ordered',
  owner: 'ops',
  expires: '2027-01-31T00:00:00Z',
};

/** What people set is kept, and who set it. */
export function settingsConform(open: OpenStore): void {
  policies(open);
  tokens(open);
  logs(open);
  rejections(open);
}

function policies(open: OpenStore): void {
  test('a policy is kept as it was written and replaced as a whole', async () => {
    const store = await open();
    await store.putPolicy('c1', { text: '# a\n{}\n', digest: 'd1' }, change);
    const first = { text: '# a\n{}\n', digest: 'd1', updatedAt: change.at, updatedBy: change.by };
    expect(await store.policy('c1')).toEqual(first);
    const later = { by: 'cli root', at: at('11:00:00') };
    await store.putPolicy('c1', { text: '# b\n', digest: 'd2' }, later);
    const second = { text: '# b\n', digest: 'd2', updatedAt: later.at, updatedBy: later.by };
    expect(await store.policy('c1')).toEqual(second);
    expect(await store.policy('c2')).toBeNull();
    expect(await store.clusters()).toEqual(['c1']);
  });

  test('a waiver is kept until it is removed from its own cluster', async () => {
    const store = await open();
    const one = await store.addWaiver('c1', waiver, change);
    expect(one).toEqual({
      id: one.id,
      cluster: 'c1',
      waiver,
      addedAt: change.at,
      addedBy: change.by,
    });
    const { node: _, ...ofCluster } = waiver;
    const two = await store.addWaiver('c1', ofCluster, change);
    expect(await store.waivers('c1')).toEqual([one, two]);
    expect(await store.waivers('c2')).toEqual([]);
    expect(await store.clusters()).toEqual(['c1']);
    expect(await store.removeWaiver('c2', one.id, change)).toBe(false);
    expect(await store.removeWaiver('c1', one.id, change)).toBe(true);
    expect(await store.removeWaiver('c1', one.id, change)).toBe(false);
    expect(await store.waivers('c1')).toEqual([two]);
  });
}

function tokens(open: OpenStore): void {
  test('a token is found by its hash until it is revoked', async () => {
    const store = await open();
    const wanted: NewToken = {
      hash: 'ab'.repeat(32),
      name: 'ops',
      role: 'operator',
      cluster: 'c1',
      createdAt: change.at,
      expiresAt: at('10:00:00', 30),
    };
    const token = await store.createToken(wanted, change);
    const { hash, ...shown } = wanted;
    expect(token).toEqual({ id: token.id, ...shown, lastUsedAt: null });
    const everywhere = { ...wanted, hash: 'cd'.repeat(32), cluster: null, expiresAt: null };
    const other = await store.createToken(everywhere, change);
    expect(other).toMatchObject({ cluster: null, expiresAt: null });
    await store.touchToken(token.id, at('11:00:00'));
    const touched = { ...token, lastUsedAt: at('11:00:00') };
    expect(await store.tokenByHash(hash)).toEqual(touched);
    expect(await store.tokens()).toEqual([touched, other]);
    expect(await store.revokeToken(token.id, change)).toBe(true);
    expect(await store.revokeToken(token.id, change)).toBe(false);
    expect(await store.tokenByHash(hash)).toBeNull();
    const next = await store.createToken(wanted, change);
    expect([token.id, other.id]).not.toContain(next.id);
  });
}

function logs(open: OpenStore): void {
  test('every change is in the audit log, newest first, and nothing else is', async () => {
    const store = await open();
    await store.putPolicy('c1', { text: '{}', digest: 'd1' }, change);
    const { id } = await store.addWaiver('c1', waiver, change);
    await store.removeWaiver('c1', id, { by: 'cli root', at: at('11:00:00') });
    await store.removeWaiver('c1', id, change);
    await store.revokeToken(9, change);
    const log = await store.auditLog({ limit: 9 });
    const said = 'storage.raid n1 md0 until 2027-01-31T00:00:00Z: a disk is ordered';
    expect(log.map(({ id: _, ...entry }) => entry)).toEqual([
      {
        at: at('11:00:00'),
        by: 'cli root',
        action: 'waiver.remove',
        cluster: 'c1',
        subject: `waiver ${id}: ${said}`,
      },
      { ...change, action: 'waiver.add', cluster: 'c1', subject: `waiver ${id}: ${said}` },
      { ...change, action: 'policy.put', cluster: 'c1', subject: 'policy d1' },
    ]);
    const page = await store.auditLog({ before: log[1]?.id ?? 0, limit: 1 });
    expect(page.map(({ action }) => action)).toEqual(['policy.put']);
  });
}

function rejections(open: OpenStore): void {
  test('refused deliveries are counted by code and sender', async () => {
    const store = await open();
    const refusal = { code: 'clock_skew', cluster: 'c1', node: 'n1' };
    await store.countRejection({ ...refusal, lastAt: at('10:00:00'), lastDetail: 'one' });
    await store.countRejection({
      ...refusal,
      lastAt: at('11:00:00'),
      lastDetail: 'x'.repeat(5000),
    });
    const unknown = { code: 'unknown_node', cluster: null, node: null };
    await store.countRejection({ ...unknown, lastAt: at('12:00:00'), lastDetail: '' });
    expect(await store.rejections()).toEqual([
      { ...refusal, count: 2, lastAt: at('11:00:00'), lastDetail: 'x'.repeat(300) },
      { ...unknown, count: 1, lastAt: at('12:00:00'), lastDetail: '' },
    ]);
  });

  test('senders of many names do not make the counts grow without end', async () => {
    const store = await open();
    const refuse = (code: string, node: string) =>
      store.countRejection({ code, cluster: 'c1', node, lastAt: change.at, lastDetail: node });
    const names = Array.from({ length: 1300 }, (_, index) => `n${index}`);
    await Promise.all(names.map((name) => refuse('replayed', name)));
    await refuse('bad_signature', 'n5000');
    await refuse('replayed', 'n7');
    const counted = await store.rejections();
    expect(counted).toHaveLength(1002);
    expect(counted.filter(({ node }) => node === null)).toEqual([
      {
        code: 'bad_signature',
        cluster: null,
        node: null,
        count: 1,
        lastAt: change.at,
        lastDetail: 'n5000',
      },
      {
        code: 'replayed',
        cluster: null,
        node: null,
        count: 300,
        lastAt: change.at,
        lastDetail: 'n1299',
      },
    ]);
    expect(counted.find(({ node }) => node === 'n7')).toMatchObject({ count: 2 });
  });
}
