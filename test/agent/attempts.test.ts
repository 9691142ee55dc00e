import { describe, expect, test } from 'vitest';
import { allInOrder, firstAnswer, orNull } from '../../agent/attempts.ts';
import { HostError, ParseError } from '../../agent/host/host.ts';

const refusal = (kind: 'not_found' | 'denied') => async () => {
  throw new HostError(kind, kind, `it is ${kind}`);
};
const damaged = async () => {
  throw new ParseError('it is damaged');
};

describe('firstAnswer', () => {
  test('is the first that could be read', async () => {
    expect(await firstAnswer([refusal('denied'), async () => 'two', damaged])).toBe('two');
  });

  test('without any it is the first refusal, told with all others', async () => {
    await expect(firstAnswer([refusal('denied'), refusal('not_found')])).rejects.toMatchObject({
      kind: 'denied',
      source: 'denied',
      message: 'it is denied; it is not_found',
    });
  });

  test('what was read and is damaged gives way to nothing', async () => {
    await expect(firstAnswer([damaged, async () => 'two'])).rejects.toThrow(ParseError);
  });
});

test('orNull is null for what could not be read, and hides no damage', async () => {
  expect(await orNull(async () => 'text')).toBe('text');
  expect(await orNull(refusal('denied'))).toBeNull();
  await expect(orNull(damaged)).rejects.toThrow(ParseError);
});

describe('allInOrder', () => {
  test('gives all values at their places', async () => {
    expect(await allInOrder([1, Promise.resolve('two')])).toEqual([1, 'two']);
  });

  test('of several that fail the first in order is told, though another was quicker', async () => {
    const quick = Promise.reject(new Error('the quicker'));
    const slow = quick.catch(() => Promise.reject(new Error('the first')));
    await expect(allInOrder([slow, quick])).rejects.toThrow('the first');
  });
});
