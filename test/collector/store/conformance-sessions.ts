import { expect, test } from 'vitest';
import type { OpenStore } from './conformance.ts';
import { at } from './deliveries.ts';

const change = { by: 'test', at: at('10:00:00') };
const wanted = {
  ...({ hash: 'ab', name: 'ops', role: 'operator', cluster: null } as const),
  createdAt: change.at,
  expiresAt: null,
};

/** Who is signed in is known until it ends. */
export function sessionsConform(open: OpenStore): void {
  test('a session is found by its hash until it is closed', async () => {
    const store = await open();
    const token = await store.createToken(wanted, change);
    const session = { hash: 's1', token: token.id, expiresAt: at('22:00:00') };
    await store.openSession(session, change.at);
    expect(await store.session('s1')).toEqual({ token, expiresAt: session.expiresAt });
    expect(await store.session('s2')).toBeNull();
    await store.closeSession('s1');
    expect(await store.session('s1')).toBeNull();
  });

  test('ends with its token', async () => {
    const store = await open();
    const token = await store.createToken(wanted, change);
    await store.openSession({ hash: 's1', token: token.id, expiresAt: at('22:00:00') }, change.at);
    expect(await store.revokeToken(token.id, change)).toBe(true);
    expect(await store.session('s1')).toBeNull();
  });

  test('that has ended is forgotten when the next begins', async () => {
    const store = await open();
    const token = await store.createToken(wanted, change);
    const session = { token: token.id, expiresAt: at('11:00:00') };
    await store.openSession({ ...session, hash: 's1' }, change.at);
    const later = at('11:00:00');
    await store.openSession({ ...session, hash: 's2', expiresAt: at('12:00:00') }, later);
    expect(await store.session('s1')).toBeNull();
    expect(await store.session('s2')).not.toBeNull();
  });
}
