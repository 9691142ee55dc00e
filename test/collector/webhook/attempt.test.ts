import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Delivered, StoredEvent } from '../../../collector/store/event.ts';
import { afterAttempt, outdated, startAfter } from '../../../collector/webhook/attempt.ts';
import { now } from '../seed-cluster.ts';
import { cluster, overdue } from './sending.ts';

const HOUR_MS = 3_600_000;
const event: StoredEvent = { ...overdue, id: 7, cluster };
const before: Delivered = startAfter(6);

function attempt(status: number | null, more: { random?: number; retryAfter?: string } = {}) {
  const { random = 1, retryAfter = null } = more;
  const answer = status === null ? null : { status, retryAfter };
  return { event, answer, now, random };
}

const later = (ms: number) => new Date(now.getTime() + ms);

test.each([200, 202, 204, 299])('%i takes the event', (status) => {
  const failed: Delivered = { ...before, failures: 3, firstFailedAt: later(-5), nextAt: later(-1) };
  expect(afterAttempt(failed, attempt(status))).toEqual({
    outcome: 'taken',
    delivered: { after: 7, failures: 0, firstFailedAt: null, nextAt: null },
  });
});

test.each([null, 199, 300, 301, 400, 404, 409, 411, 429, 500, 503])('%s fails', (status) => {
  expect(afterAttempt(before, attempt(status))).toEqual({
    outcome: 'failed',
    delivered: { after: 6, failures: 1, firstFailedAt: now, nextAt: later(5_000) },
  });
});

test('410 ends it, and the next process asks at once', () => {
  expect(afterAttempt(before, attempt(410, { retryAfter: '60' }))).toEqual({
    outcome: 'gone',
    delivered: { after: 6, failures: 1, firstFailedAt: now, nextAt: null },
  });
});

test('the pause is any part of a bound that doubles up to an hour', () => {
  const pauses = [1, 2, 3, 4, 9, 10, 11, 2000].map((failures) => {
    const failed = { ...before, failures: failures - 1, firstFailedAt: later(-1) };
    return [1, 0.25, 0].map((random) => {
      const { delivered } = afterAttempt(failed, attempt(500, { random }));
      expect(delivered).toMatchObject({ failures, firstFailedAt: later(-1) });
      return ((delivered.nextAt?.getTime() ?? 0) - now.getTime()) / 1000;
    });
  });
  expect(pauses).toEqual([
    [5, 1.25, 0],
    [10, 2.5, 0],
    [20, 5, 0],
    [40, 10, 0],
    [1280, 320, 0],
    [2560, 640, 0],
    [3600, 900, 0],
    [3600, 900, 0],
  ]);
});

describe('Retry-After', () => {
  test.each([
    ['600', 600_000],
    [' 7 ', 7_000],
    ['0', 5_000],
    ['3', 5_000],
    ['86400', HOUR_MS],
    ['999999999', HOUR_MS],
    ['Sun, 01 Mar 2026 03:10:00 GMT', 600_000],
    ['Sun, 01 Mar 2027 03:10:00 GMT', HOUR_MS],
    ['Sun, 01 Mar 2020 03:10:00 GMT', 5_000],
    ['soon', 5_000],
    ['-5', 5_000],
    ['', 5_000],
  ])('%j is a pause of %i ms when our own would be 5 s', (retryAfter, pauseMs) => {
    const { delivered } = afterAttempt(before, attempt(503, { retryAfter }));
    expect(delivered.nextAt).toEqual(later(pauseMs));
  });
});

test('whatever is answered, the pause is within an hour and nothing is skipped', () => {
  const anything = fc.record({
    failures: fc.nat(5000),
    status: fc.option(fc.integer({ min: 0, max: 999 })),
    retryAfter: fc.option(fc.oneof(fc.string(), fc.nat().map(String))),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });
  fc.assert(
    fc.property(anything, ({ failures, status, retryAfter, random }) => {
      const answer = status === null ? null : { status, retryAfter };
      const failed = { ...before, failures };
      const { outcome, delivered } = afterAttempt(failed, { event, answer, now, random });
      expect(delivered.after).toBe(outcome === 'taken' ? 7 : 6);
      const pauseMs = (delivered.nextAt ?? now).getTime() - now.getTime();
      expect(pauseMs >= 0 && pauseMs <= HOUR_MS).toBe(true);
    }),
  );
});

test('too old is what was announced more than three days ago, up to the first younger one', () => {
  const ages = [73, 72.001, 72, 73, 0].map((hours, id) => {
    return { ...event, id, at: later(-hours * HOUR_MS) };
  });
  expect(outdated(ages, now).map(({ id }) => id)).toEqual([0, 1]);
  expect(outdated(ages.slice(0, 2), now).map(({ id }) => id)).toEqual([0, 1]);
  expect(outdated(ages.slice(2), now)).toEqual([]);
  expect(outdated([], now)).toEqual([]);
});
