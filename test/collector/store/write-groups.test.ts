import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../../collector/store/store.ts';
import { writeGroups } from '../../../collector/store/write-groups.ts';

/** A store whose transactions end when they are told to; items are a lane and a number. */
function heldStore() {
  const open: { items: readonly string[]; end(error?: Error): Promise<void> }[] = [];
  const write = writeGroups<string, string>({
    laneOf: (item) => item.slice(0, 1),
    store: (items) =>
      new Promise((resolve, reject) => {
        open.push({
          items,
          async end(error) {
            open.shift();
            if (error === undefined) resolve(items.map((item) => item.toUpperCase()));
            else reject(error);
            await nextTurn();
          },
        });
      }),
  });
  const said: string[] = [];
  const bring = async (...items: string[]) => {
    for (const item of items) {
      write(item).then(
        (outcome) => said.push(outcome),
        (error: unknown) => said.push(`${item}: ${error}`),
      );
    }
    await nextTurn();
    await nextTurn();
  };
  const groups = () => open.map(({ items }) => items.join(' '));
  const end = async (error?: Error) => open[0]?.end(error);
  return { bring, groups, end, said };
}

test('what comes at one time shares a transaction, and each hears what came of it', async () => {
  const { bring, groups, end, said } = heldStore();
  await bring('a1', 'b1', 'c1');
  expect([groups(), said]).toEqual([['a1 b1 c1'], []]);
  await end();
  expect([groups(), said]).toEqual([[], ['A1', 'B1', 'C1']]);
});

test('what comes while two are under way waits, and then goes together', async () => {
  const { bring, groups, end } = heldStore();
  await bring('a1');
  await bring('b1');
  await bring('c1');
  await bring('d1');
  expect(groups()).toEqual(['a1', 'b1']);
  await end();
  expect(groups()).toEqual(['b1', 'c1 d1']);
});

test('of a lane one goes at a time, in order, and holds up nobody else', async () => {
  const { bring, groups, end, said } = heldStore();
  await bring('a1', 'a2', 'a3', 'b1');
  await bring('c1');
  expect(groups()).toEqual(['a1 b1', 'c1']);
  await end();
  expect(groups()).toEqual(['c1', 'a2']);
  await end();
  await end();
  expect(groups()).toEqual(['a3']);
  await end();
  expect(said).toEqual(['A1', 'B1', 'C1', 'A2', 'A3']);
});

test('a transaction takes 64 at most', async () => {
  const { bring, groups } = heldStore();
  const items = Array.from({ length: 100 }, (_, index) => String.fromCodePoint(0x4e00 + index));
  await bring(...items);
  expect(groups()).toEqual([items.slice(0, 64).join(' '), items.slice(64).join(' ')]);
});

test('a bad one fails alone: each is tried by itself when a shared transaction fails', async () => {
  const { bring, groups, end, said } = heldStore();
  await bring('a1', 'b1', 'c1');
  await end(new Error('constraint'));
  expect(groups()).toEqual(['a1']);
  await end();
  await end(new Error('constraint'));
  await end();
  expect([groups(), said]).toEqual([[], ['A1', 'b1: Error: constraint', 'C1']]);
});

test('a lane goes on only when the one before it is through, tried again or not', async () => {
  const { bring, groups, end } = heldStore();
  await bring('a1', 'b1', 'a2');
  await end(new Error('constraint'));
  await bring('a3');
  expect(groups()).toEqual(['a1']);
  await end();
  expect(groups()).toEqual(['b1']);
  await end();
  expect(groups()).toEqual(['a2']);
});

test('when the store is unavailable nothing is tried again', async () => {
  const { bring, groups, end, said } = heldStore();
  await bring('a1', 'b1');
  await end(new StoreUnavailable('gone', null));
  const gone = 'StoreUnavailable: gone';
  expect([groups(), said]).toEqual([[], [`a1: ${gone}`, `b1: ${gone}`]]);
});
