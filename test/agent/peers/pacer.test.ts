import { expect, test } from 'vitest';
import { ALL_TRIES_MS, AT_ONCE, pacer } from '../../../agent/peers/pacer.ts';

const settled = async () => await new Promise((resolve) => setImmediate(resolve));

test('four tries run at a time, the next ones in their order', async () => {
  const tries = pacer();
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const all = Array.from({ length: 7 }, (_, index) =>
    tries(async () => {
      started.push(index);
      await new Promise<void>((resolve) => ends.push(resolve));
      return { value: index, spentMs: 0 };
    }),
  );
  await settled();
  expect(started).toEqual([0, 1, 2, 3]);
  ends[2]?.();
  await settled();
  expect(started).toEqual([0, 1, 2, 3, 4]);
  while (ends.length < 7 || started.length < 7) {
    for (const end of ends) end();
    await settled();
  }
  for (const end of ends) end();
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test('one that went wrong makes room for the next', async () => {
  const tries = pacer();
  const wrong = Array.from({ length: AT_ONCE }, () => tries(() => Promise.reject(new Error('no'))));
  expect(await Promise.allSettled(wrong)).toHaveLength(AT_ONCE);
  expect(await tries(async () => ({ value: 'next', spentMs: 0 }))).toBe('next');
});

test('after the time is used up nothing is tried', async () => {
  const tries = pacer();
  const spend = (spentMs: number) => tries(async () => ({ value: 'tried', spentMs }));
  expect(await spend(ALL_TRIES_MS * AT_ONCE - 1)).toBe('tried');
  expect(await spend(1)).toBe('tried');
  await expect(spend(0)).rejects.toMatchObject({
    kind: 'timed_out',
    message: 'not tried: the tries before it took 45 s',
  });
});
