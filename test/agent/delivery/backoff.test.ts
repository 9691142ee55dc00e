import { describe, expect, test } from 'vitest';
import { pauseAfter } from '../../../agent/delivery/backoff.ts';

describe('the pause before the next attempt', () => {
  test.each([
    { asked: null, round: 1, chance: 0, pauseMs: 0 },
    { asked: null, round: 1, chance: 0.9, pauseMs: 900 },
    { asked: null, round: 2, chance: 0.9, pauseMs: 1800 },
    // never less than what was asked for, and by chance up to half as much again
    { asked: 60_000, round: 1, chance: 0, pauseMs: 60_000 },
    { asked: 60_000, round: 1, chance: 0.9, pauseMs: 87_000 },
    // little was asked for: as without it, and on top
    { asked: 1000, round: 2, chance: 0.9, pauseMs: 2800 },
  ])('%j', ({ asked, round, chance, pauseMs }) => {
    expect(pauseAfter(round, asked, () => chance)).toBeCloseTo(pauseMs);
  });
});
