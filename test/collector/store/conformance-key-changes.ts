import { expect, test } from 'vitest';
import type { OpenStore } from './conformance.ts';
import { at, cluster, reported } from './deliveries.ts';
import { change, enrolled, machines } from './enrolments.ts';

/** What becomes of keys after their enrolment. */
export function keyChangesConform(open: OpenStore): void {
  rotation(open);
  approvalAndEnd(open);
}

function rotation(open: OpenStore): void {
  const to = { id: 'key-new', publicKey: 'public-new' };
  const rotated = { from: 'key-t1', to, validUntil: at('12:00:00') };

  test('a rotation keeps the enrolment, and the old key goes on for a while', async () => {
    const store = await open();
    const old = await enrolled(store, ['n1', 't1']);
    const fresh = await store.rotateKey(rotated, change);
    expect(fresh).toEqual({ ...old, ...to, enrolledAt: change.at });
    expect(await store.nodeKey('key-t1')).toEqual({ ...old, validUntil: at('12:00:00') });
    expect(await store.rotateKey({ ...rotated, validUntil: at('13:00:00') }, change)).toEqual(
      fresh,
    );
    expect(await store.nodeKey('key-t1')).toEqual({ ...old, validUntil: at('12:00:00') });
  });

  test('a second rotation from the old key ends the key that nobody received', async () => {
    const store = await open();
    await enrolled(store, ['n1', 't1']);
    await store.rotateKey(rotated, change);
    const third = { id: 'key-3', publicKey: 'public-3' };
    await store.rotateKey({ ...rotated, to: third, validUntil: at('11:30:00') }, change);
    const fourth = { id: 'key-4', publicKey: 'public-4' };
    await store.rotateKey({ ...rotated, to: fourth, validUntil: at('13:00:00') }, change);
    const ends = (await store.nodeKeys()).map(({ id, validUntil }) => [id, validUntil]);
    expect(ends).toEqual([
      ['key-new', at('11:30:00')],
      ['key-t1', at('11:30:00')],
      ['key-3', at('13:00:00')],
      ['key-4', null],
    ]);
  });

  test.each([
    ['a key that is not known', { from: 'key-9' }, change.at],
    ['a revoked key', { from: 'key-gone' }, change.at],
    ['a pending key', { from: 'key-waits' }, change.at],
    ['a key of another node', { to: { id: 'key-gone', publicKey: 'public-gone' } }, change.at],
    ['a key after its end', { to: { id: 'key-4', publicKey: 'public-4' } }, at('12:00:00')],
  ])('%s is not rotated', async (_, asked, time) => {
    const store = await open();
    await enrolled(store, ['n1', 't1']);
    await enrolled(store, ['n2', 'gone'], { machineId: machines.other });
    await store.revokeKeys(cluster, 'n2', change);
    await enrolled(store, ['n3', 'waits'], { machineId: 'c3'.repeat(32), state: 'pending' });
    await store.rotateKey(rotated, change);
    const keys = await store.nodeKeys();
    expect(await store.rotateKey({ ...rotated, ...asked }, { ...change, at: time })).toBeNull();
    expect(await store.nodeKeys()).toEqual(keys);
  });
}

function approvalAndEnd(open: OpenStore): void {
  test('a pending key becomes active by approval', async () => {
    const store = await open();
    const key = await enrolled(store, ['n1', 't1'], { state: 'pending' });
    expect(key.state).toBe('pending');
    expect(await store.approveKeys(cluster, 'n2', change)).toBe(0);
    expect(await store.approveKeys(cluster, 'n1', change)).toBe(1);
    expect(await store.approveKeys(cluster, 'n1', change)).toBe(0);
    expect(await store.nodeKey('key-t1')).toEqual({ ...key, state: 'active' });
    const [entry] = await store.auditLog({ limit: 1 });
    expect(entry).toMatchObject({ ...change, action: 'key.approve', cluster });
  });

  test('revocation ends all keys of the node and of no other', async () => {
    const store = await open();
    await enrolled(store, ['n1', 't1']);
    await enrolled(store, ['n2', 't2'], { machineId: machines.other });
    const to = { id: 'key-new', publicKey: 'public-new' };
    await store.rotateKey({ from: 'key-t1', to, validUntil: at('12:00:00') }, change);
    expect(await store.revokeKeys(cluster, 'n1', change)).toBe(2);
    expect(await store.revokeKeys(cluster, 'n1', change)).toBe(0);
    const states = (await store.nodeKeys(cluster)).map(({ node, state }) => `${node} ${state}`);
    expect(states).toEqual(['n1 revoked', 'n1 revoked', 'n2 active']);
  });

  test('last seen follows the deliveries, at most every five minutes', async () => {
    const store = await open();
    await enrolled(store, ['n1', 't1']);
    const seen: (Date | null | undefined)[] = [];
    for (const [index, time] of ['11:00:00', '11:04:59', '11:05:00', '11:05:01'].entries()) {
      await store.deliver({ ...reported(index + 1, at(time)), key: 'key-t1' });
      seen.push((await store.nodeKey('key-t1'))?.lastSeenAt);
    }
    expect(seen).toEqual([at('11:00:00'), at('11:00:00'), at('11:05:00'), at('11:05:00')]);
  });
}
