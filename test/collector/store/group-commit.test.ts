import { expect, test } from 'vitest';
import { groupCommit } from '../../../collector/store/group-commit.ts';

const never = () => false;

/** A transaction that remembers what it did, and undoes it when its body throws. */
function recordingTransaction() {
  const committed: string[][] = [];
  let open: string[] = [];
  return {
    committed,
    note: (what: string) => void open.push(what),
    transaction(body: () => void) {
      open = [];
      body();
      committed.push(open);
    },
  };
}

test('writes of one turn share a transaction and each gets its own value', async () => {
  const { committed, note, transaction } = recordingTransaction();
  const commit = groupCommit(transaction, never);
  const write = (name: string) =>
    commit(() => {
      note(name);
      return name.toUpperCase();
    });
  expect(await Promise.all([write('a'), write('b'), write('c')])).toEqual(['A', 'B', 'C']);
  expect(await write('d')).toBe('D');
  expect(committed).toEqual([['a', 'b', 'c'], ['d']]);
});

test('nothing is acknowledged before the transaction has committed', async () => {
  const order: string[] = [];
  const commit = groupCommit((body) => {
    body();
    order.push('committed');
  }, never);
  await commit(() => order.push('written')).then(() => order.push('acknowledged'));
  expect(order).toEqual(['written', 'committed', 'acknowledged']);
});

test('a write that fails fails alone, and its neighbours are committed', async () => {
  const { committed, note, transaction } = recordingTransaction();
  const commit = groupCommit(transaction, never);
  const bad = new Error('constraint');
  const outcomes = await Promise.allSettled([
    commit(() => note('a')),
    commit(() => {
      throw bad;
    }),
    commit(() => note('c')),
  ]);
  expect(outcomes).toEqual([
    { status: 'fulfilled', value: undefined },
    { status: 'rejected', reason: bad },
    { status: 'fulfilled', value: undefined },
  ]);
  expect(committed).toEqual([['a'], ['c']]);
});

test.each([
  ['is tried again write by write', false, 3],
  ['that concerns all is not tried again', true, 1],
])('a commit that fails tells nobody of success, and %s', async (_, concernsAll, times) => {
  const full = new Error('disk full');
  let tried = 0;
  const commit = groupCommit(
    (body) => {
      tried += 1;
      body();
      throw full;
    },
    () => concernsAll,
  );
  const outcomes = await Promise.allSettled([commit(() => 1), commit(() => 2)]);
  expect(outcomes).toEqual([
    { status: 'rejected', reason: full },
    { status: 'rejected', reason: full },
  ]);
  expect(tried).toBe(times);
});
