import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../../collector/store/store.ts';
import { writeLanes } from '../../../collector/store/write-lanes.ts';

/** Transactions that remember what was done in them, and how many were open at once. */
function recordingTransactions() {
  const committed: string[][] = [];
  let [open, most] = [0, 0];
  const write = writeLanes<string[]>(async (body) => {
    const notes: string[] = [];
    open += 1;
    most = Math.max(most, open);
    try {
      const value = await body(notes);
      committed.push(notes);
      return value;
    } finally {
      open -= 1;
    }
  });
  const note = (lane: string, what: string) =>
    write(lane, async (notes) => {
      notes.push(what);
      return what.toUpperCase();
    });
  return { committed, write, note, most: () => most };
}

test('what waits shares the next transaction, and gets its own value', async () => {
  const { committed, note } = recordingTransactions();
  const values = await Promise.all(['a', 'b', 'c'].map((what) => note('lane', what)));
  expect([values, committed]).toEqual([
    ['A', 'B', 'C'],
    [['a'], ['b', 'c']],
  ]);
  expect(await note('lane', 'd')).toBe('D');
  expect(committed).toEqual([['a'], ['b', 'c'], ['d']]);
});

test('lanes go side by side, one transaction of each at a time', async () => {
  const { committed, note, most } = recordingTransactions();
  await Promise.all(['one', 'two', 'one', 'two'].map((lane) => note(lane, lane)));
  expect([most(), committed]).toEqual([2, [['one'], ['two'], ['one'], ['two']]]);
});

test('a transaction takes 32 at most', async () => {
  const { committed, note } = recordingTransactions();
  await Promise.all(Array.from({ length: 40 }, () => note('lane', 'x')));
  expect(committed.map(({ length }) => length)).toEqual([1, 32, 7]);
});

test('a write that fails fails alone, and its neighbours are committed', async () => {
  const { committed, write, note } = recordingTransactions();
  const bad = new Error('constraint');
  const outcomes = await Promise.allSettled([
    note('lane', 'a'),
    note('lane', 'b'),
    write('lane', () => Promise.reject(bad)),
    note('lane', 'c'),
  ]);
  expect(outcomes).toEqual([
    { status: 'fulfilled', value: 'A' },
    { status: 'fulfilled', value: 'B' },
    { status: 'rejected', reason: bad },
    { status: 'fulfilled', value: 'C' },
  ]);
  expect(committed).toEqual([['a'], ['b'], ['c']]);
});

test('when the store is unavailable nothing is tried again', async () => {
  const { committed, write, note } = recordingTransactions();
  const gone = new StoreUnavailable('gone', null);
  const outcomes = await Promise.allSettled([
    note('lane', 'a'),
    write('lane', () => Promise.reject(gone)),
    note('lane', 'b'),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(committed).toEqual([['a']]);
});
