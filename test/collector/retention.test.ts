import { expect, onTestFinished, test } from 'vitest';
import { keepRetention } from '../../collector/retention.ts';
import { openSqliteStore } from '../../collector/store/sqlite.ts';
import type { Store } from '../../collector/store/store.ts';
import { now } from './seed-cluster.ts';

const retention = { fullMs: 1, maximumMs: null };
const pace = { everyMs: 3_600_000, pauseMs: 0, leaseMs: 60_000 };

/** A store whose steps of clearing are answered from a list, and then no more. */
async function storeWith(answers: (() => Promise<{ removed: number; more: boolean }>)[]) {
  const inner = await openSqliteStore(':memory:');
  onTestFinished(() => inner.close());
  const asked: Date[] = [];
  let wake: () => void = () => undefined;
  const idle = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const store: Store = {
    ...inner,
    retain: (_, at) => {
      asked.push(at);
      if (asked.length === answers.length) wake();
      const answer = answers[asked.length - 1];
      return answer === undefined ? Promise.reject(new Error('asked too often')) : answer();
    },
  };
  return { store, asked, idle };
}

const step = (more: boolean) => () => Promise.resolve({ removed: 1, more });

test('steps follow each other while there is more, and then it waits', async () => {
  const { store, asked, idle } = await storeWith([step(true), step(true), step(false)]);
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const stop = keepRetention({ store, retention, now: () => now, onError }, pace);
  await idle;
  await stop();
  expect([asked, errors]).toEqual([[now, now, now], []]);
});

test('when another process is at it nothing is cleared, and it is asked for again', async () => {
  const { store } = await storeWith([step(true)]);
  const times = { until: new Date(now.getTime() + 60_000), now };
  await store.lease({ name: 'retention', holder: 'other' }, times);
  const asked: (string | null)[] = [];
  let stop: () => Promise<void> = async () => undefined;
  await new Promise<void>((resolve) => {
    const watched: Store = {
      ...store,
      async lease(...wanted) {
        const lease = await store.lease(...wanted);
        asked.push(lease?.holder ?? null);
        if (asked.length === 3) resolve();
        return lease;
      },
    };
    const task = { store: watched, retention, now: () => now, onError: () => undefined };
    stop = keepRetention(task, { ...pace, leaseMs: 1 });
  });
  await stop();
  expect(asked).toEqual([null, null, null]);
});

/** Whether another process may begin now. */
async function isFree(store: Store): Promise<boolean> {
  const times = { until: new Date(now.getTime() + 1), now };
  return (await store.lease({ name: 'retention', holder: 'other' }, times)) !== null;
}

test('who is done lets another process begin at once', async () => {
  const { store } = await storeWith([step(false)]);
  const free = new Promise<boolean>((resolve) => {
    const release: Store['release'] = async (lease) => {
      await store.release(lease);
      resolve(await isFree(store));
    };
    const task = { store: { ...store, release }, retention, now: () => now };
    keepRetention({ ...task, onError: () => undefined }, pace);
  });
  expect(await free).toBe(true);
});

test('who is stopped in the middle of it lets another process begin at once', async () => {
  const { store, idle } = await storeWith([step(true)]);
  const stop = keepRetention({ store, retention, now: () => now, onError: () => undefined }, pace);
  await idle;
  expect(await isFree(store)).toBe(false);
  await stop();
  expect(await isFree(store)).toBe(true);
});

test('a step that fails is told, and the task goes on later', async () => {
  const { store, idle } = await storeWith([() => Promise.reject(new Error('full'))]);
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const stop = keepRetention({ store, retention, now: () => now, onError }, pace);
  await idle;
  await stop();
  expect(errors).toEqual([new Error('full')]);
});

test('stopping waits for the step that is under way, and begins no other', async () => {
  let finish: () => void = () => undefined;
  const underWay = () =>
    new Promise<{ removed: number; more: boolean }>((resolve) => {
      finish = () => resolve({ removed: 1, more: true });
    });
  const { store, asked, idle } = await storeWith([underWay]);
  const stop = keepRetention({ store, retention, now: () => now, onError: () => undefined }, pace);
  await idle;
  let stopped = false;
  const ending = stop().then(() => {
    stopped = true;
  });
  await Promise.resolve();
  expect(stopped).toBe(false);
  finish();
  await ending;
  expect(asked).toHaveLength(1);
});
