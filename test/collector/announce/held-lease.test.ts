import { expect, onTestFinished, test } from 'vitest';
import { heldLease } from '../../../collector/announce/held-lease.ts';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import { now } from '../seed-cluster.ts';

async function processes() {
  const store = await openSqliteStore(':memory:');
  onTestFinished(() => store.close());
  const clock = { now };
  let asked = 0;
  const counting: typeof store = {
    ...store,
    lease: (...wanted) => {
      asked += 1;
      return store.lease(...wanted);
    },
  };
  const held = (holder: string) =>
    heldLease({ store: counting, name: 'announce', holder, now: () => clock.now });
  const wait = (seconds: number) => {
    clock.now = new Date(clock.now.getTime() + seconds * 1000);
  };
  return { a: held('a'), b: held('b'), wait, asked: () => asked };
}

test('one process has it as long as it goes on asking', async () => {
  const { a, b, wait } = await processes();
  for (let times = 0; times < 9; times++) {
    expect((await a.hold())?.term).toBe(1);
    expect(await b.hold()).toBeNull();
    wait(59);
  }
});

test('who goes on without a word loses it after a minute', async () => {
  const { a, b, wait } = await processes();
  await a.hold();
  wait(60);
  expect((await b.hold())?.term).toBe(2);
  expect(await a.hold()).toBeNull();
});

test('who gives it back leaves it to the next at once', async () => {
  const { a, b } = await processes();
  await a.hold();
  await a.release();
  await b.release();
  expect((await b.hold())?.term).toBe(2);
  expect(await a.hold()).toBeNull();
});

test('the database is asked a few times a minute, and again in another time', async () => {
  const { a, b, wait, asked } = await processes();
  for (let second = 0; second < 60; second++) {
    await a.hold();
    await b.hold();
    wait(1);
  }
  expect(asked()).toBe(8);
  wait(-7200);
  await a.hold();
  expect(asked()).toBe(9);
});
