import { describe, expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../collector/store/sqlite.ts';
import type { Store } from '../../collector/store/store.ts';
import {
  createEnrolmentToken,
  createToken,
  type Role,
  roleAllows,
  tokenBook,
} from '../../collector/tokens.ts';
import { now } from './seed-cluster.ts';

const request = {
  name: 'ops',
  role: 'reader',
  cluster: null,
  expiresAt: null,
} as const;

async function openStore(): Promise<Store> {
  const store = await openSqliteStore(':memory:');
  onTestFinished(() => store.close());
  return store;
}

const later = (ms: number) => new Date(now.getTime() + ms);

test('a secret is 256 random bits and only its hash is kept', async () => {
  const store = await openStore();
  const { secret, token } = await createToken(store, request, { by: 'test', at: now });
  const other = await createToken(store, request, { by: 'test', at: now });
  expect(secret).toMatch(/^muster_[\w-]{43}$/);
  expect(other.secret).not.toBe(secret);
  expect(JSON.stringify(await store.tokens())).not.toContain(secret.slice(7));
  expect(await tokenBook(store).credential(secret, now)).toEqual(token);
  expect(await tokenBook(store).credential(`${secret}A`, now)).toBeNull();
});

test('last use is noted at most every five minutes', async () => {
  const store = await openStore();
  const { secret } = await createToken(store, request, { by: 'test', at: now });
  const used: (Date | null | undefined)[] = [];
  for (const ms of [0, 299_999, 300_000]) {
    await tokenBook(store).credential(secret, later(ms));
    used.push((await store.tokens())[0]?.lastUsedAt);
  }
  expect(used).toEqual([now, now, later(300_000)]);
});

test('a leave to enrol is no credential, and is kept by its hash alone', async () => {
  const store = await openStore();
  const leave = { cluster: 'c1', node: 'n1', expiresAt: later(1000) };
  const { secret, token } = await createEnrolmentToken(store, leave, { by: 'anna', at: now });
  expect(secret).toMatch(/^muster_enrol_[\w-]{43}$/);
  expect(await tokenBook(store).credential(secret, now)).toBeNull();
  expect(JSON.stringify(await store.enrolmentTokens())).not.toContain(secret.slice(13));
  expect(token).toMatchObject({ ...leave, createdBy: 'anna', usedAt: null });
});

describe('roles', () => {
  const table: Record<Role, Role[]> = {
    reader: ['reader'],
    operator: ['reader', 'operator'],
    admin: ['reader', 'operator', 'admin'],
  };
  test.each(Object.entries(table))('%s may what is asked of %j', (role, allowed) => {
    const all: Role[] = ['reader', 'operator', 'admin'];
    expect(all.filter((needed) => roleAllows(role as Role, needed))).toEqual(allowed);
  });
});
