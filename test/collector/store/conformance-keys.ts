import { expect, test } from 'vitest';
import type { Enrolment } from '../../../collector/store/store.ts';
import type { OpenStore } from './conformance.ts';
import { at, cluster, reported } from './deliveries.ts';
import { change, enrolled, leave, machines, wanted } from './enrolments.ts';

/** Who comes to deliver for which node. */
export function keysConform(open: OpenStore): void {
  leaves(open);
  enrolment(open);
  refusals(open);
}

function leaves(open: OpenStore): void {
  test('an enrolment token is listed, and revoked as long as nobody used it', async () => {
    const store = await open();
    const token = await leave(store, ['n1', 't1']);
    expect(token).toEqual({
      id: token.id,
      cluster,
      node: 'n1',
      createdAt: change.at,
      createdBy: change.by,
      expiresAt: at('12:00:00'),
      usedAt: null,
    });
    const other = await leave(store, ['n2', 't2']);
    expect(await store.enrolmentTokens()).toEqual([token, other]);
    expect(await store.revokeEnrolmentToken(token.id, change)).toBe(true);
    expect(await store.revokeEnrolmentToken(token.id, change)).toBe(false);
    expect(await store.enroll(wanted('n1', 't1'))).toEqual({ refused: 'unknown_token' });
    await store.enroll(wanted('n2', 't2'));
    expect(await store.revokeEnrolmentToken(other.id, change)).toBe(false);
    const [used] = await store.enrolmentTokens();
    expect(used).toEqual({ ...other, usedAt: at('11:00:00') });
  });
}

function enrolment(open: OpenStore): void {
  test('an enrolment uses the token and keeps the key', async () => {
    const store = await open();
    const token = await leave(store, ['n1', 't1']);
    const key = await store.enroll(wanted('n1', 't1'));
    expect(key).toEqual({
      id: 'key-t1',
      cluster,
      node: 'n1',
      publicKey: 'public-t1',
      machineId: machines.one,
      state: 'active',
      enrolment: 1,
      token: token.id,
      enrolledAt: at('11:00:00'),
      enrolledBy: change.by,
      validUntil: null,
      lastSeenAt: null,
    });
    expect(await store.nodeKey('key-t1')).toEqual(key);
    expect(await store.nodeKey('key-t2')).toBeNull();
    expect(await store.nodeKeys()).toEqual([key]);
    expect(await store.nodeKeys('c2')).toEqual([]);
    expect(await store.clusters()).toEqual([cluster]);
    expect(await store.current(cluster)).toEqual([]);
  });

  test('an enrolment whose answer was lost gets it again, another key does not', async () => {
    const store = await open();
    await leave(store, ['n1', 't1']);
    const [first, ...rest] = await Promise.all([
      store.enroll(wanted('n1', 't1')),
      store.enroll(wanted('n1', 't1', { at: at('13:00:00') })),
      store.enroll(wanted('n1', 't1', { key: 'key-2' })),
    ]);
    expect(first).toMatchObject({ id: 'key-t1' });
    expect(rest).toEqual([first, { refused: 'used_token' }]);
    await store.revokeKeys(cluster, 'n1', change);
    expect(await store.enroll(wanted('n1', 't1'))).toEqual({ refused: 'used_token' });
  });

  test('the same machine may enrol again: old keys end, its reports count as newer', async () => {
    const store = await open();
    await enrolled(store, ['n1', 't1']);
    await store.deliver(reported(9, at('11:00:00')));
    expect(await store.lastSequence(1)).toBe(9);
    const again = await enrolled(store, ['n1', 't2']);
    expect(again.enrolment).toBe(2);
    expect(await store.nodeKey('key-t1')).toMatchObject({ state: 'revoked' });
    expect(await store.lastSequence(2)).toBe(0);
    const newer = await store.deliver({ ...reported(1, at('10:00:00')), enrolment: 2 });
    expect(newer.late).toBe(false);
    expect(await store.lastSequence(2)).toBe(1);
    const log = await store.auditLog({ limit: 2 });
    expect(log.map(({ action, subject }) => [action, subject])).toEqual([
      ['key.enroll', 'key key-t2 of n1, enrolment 2'],
      ['key.revoke', 'key key-t1 of n1, enrolment 1'],
    ]);
  });
}

function refusals(open: OpenStore): void {
  test.each<[string, Partial<Enrolment>, object]>([
    ['a token nobody made', { tokenHash: 'none' }, { refused: 'unknown_token' }],
    ['a token past its end', { at: at('12:00:00') }, { refused: 'expired_token' }],
    ['a token for another node', { node: 'n3' }, { refused: 'wrong_node' }],
    ['a key that was used', { key: 'key-t0' }, { refused: 'key_exists' }],
    [
      'the machine of another node',
      { machineId: machines.other },
      { refused: 'cloned_machine', node: 'n2' },
    ],
  ])('%s is refused, and nothing is changed', async (_, asked, refusal) => {
    const store = await open();
    await enrolled(store, ['n2', 't0'], { machineId: machines.other });
    const token = await leave(store, ['n1', 't1']);
    const keys = await store.nodeKeys();
    const log = await store.auditLog({ limit: 99 });
    expect(await store.enroll(wanted('n1', 't1', asked))).toEqual(refusal);
    expect(await store.nodeKeys()).toEqual(keys);
    expect(await store.auditLog({ limit: 99 })).toEqual(log);
    expect((await store.enrolmentTokens()).at(-1)).toEqual(token);
    expect(await store.enroll(wanted('n1', 't1'))).toMatchObject({ node: 'n1', enrolment: 2 });
  });

  test('another machine is refused under the name until the first is revoked', async () => {
    const store = await open();
    await enrolled(store, ['n1', 't1']);
    await leave(store, ['n1', 't2']);
    const other = wanted('n1', 't2', { machineId: machines.other });
    expect(await store.enroll(other)).toEqual({ refused: 'node_exists', node: 'n1' });
    await store.revokeKeys(cluster, 'n1', change);
    expect(await store.enroll(other)).toMatchObject({ state: 'active', enrolment: 2 });
  });

  test('a machine may be a node of two clusters', async () => {
    const store = await open();
    await enrolled(store, ['n1', 't1']);
    await leave(store, ['n2', 't2'], 'c2');
    expect(await store.enroll(wanted('n2', 't2'))).toMatchObject({ cluster: 'c2', enrolment: 2 });
  });
}
