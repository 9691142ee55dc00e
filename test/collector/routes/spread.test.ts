import { describe, expect, test } from 'vitest';
import { problemOf } from '../../../collector/routes/problem.ts';
import { spread } from '../../../collector/routes/spread.ts';
import { StoreUnavailable } from '../../../collector/store/store.ts';

describe('seconds by chance', () => {
  test.each([
    [0, 15],
    [0.0217, 15],
    [0.0218, 16],
    [0.999, 60],
  ])('%d of the range from 15 to 60: %i', (chance, seconds) => {
    expect(spread({ leastSeconds: 15, mostSeconds: 60 }, () => chance)).toBe(seconds);
  });
});

test('while the store is away each is told another time to come again', () => {
  const away = new StoreUnavailable('gone', null);
  const told = Array.from({ length: 1000 }, () => {
    return problemOf(away, 'invalid_request').extra.retryAfterSeconds ?? 0;
  });
  expect(Math.min(...told)).toBeGreaterThanOrEqual(15);
  expect(Math.max(...told)).toBeLessThanOrEqual(60);
  // of 46 values, a thousand times
  expect(new Set(told).size).toBeGreaterThan(30);
});
