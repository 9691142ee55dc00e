import { describe, expect, test } from 'vitest';
import { pauseAfter } from '../agent/delivery/backoff.ts';
import { problemOf } from '../collector/routes/problem.ts';
import { StoreUnavailable } from '../collector/store/store.ts';
import { seeded } from './agent/state/random.ts';

const NODES = 10_000;
const PERIOD_S = 900;
const ATTEMPTS = 3;
const AWAY_S = { from: 1000, to: 2200 };

/** When an agent asks, seconds: at its slot, and while we are away when it is told to, too. */
function asksOf(slot: number, random: () => number): number[] {
  const asks: number[] = [];
  for (let at = slot; at < 3 * PERIOD_S; at += PERIOD_S) {
    let ask = at;
    for (let round = 1; round <= ATTEMPTS; round++) {
      asks.push(ask);
      if (ask < AWAY_S.from || ask >= AWAY_S.to) break;
      ask += comesAgain(round, random);
    }
  }
  return asks;
}

/** What the collector tells when the store is away, and what an agent makes of it. */
function comesAgain(round: number, random: () => number): number {
  const { retryAfterSeconds = 0 } = problemOf(new StoreUnavailable('gone', null), 'internal').extra;
  return pauseAfter(round, retryAfterSeconds * 1000, random) / 1000;
}

/** How many ask in each second of a span. */
function histogram(asks: readonly number[], span: { from: number; to: number }): number[] {
  const seconds = Array.from({ length: span.to - span.from }, () => 0);
  for (const ask of asks) {
    const second = Math.floor(ask) - span.from;
    if (second in seconds) seconds[second] = (seconds[second] ?? 0) + 1;
  }
  return seconds;
}

const mean = (counts: readonly number[]) =>
  counts.reduce((sum, count) => sum + count, 0) / counts.length;

describe('agents that the collector sent away', () => {
  test('come back spread when all of them were refused in one moment', () => {
    const random = seeded(1);
    const asks = Array.from({ length: NODES }, () => comesAgain(1, random));
    const seconds = histogram(asks, { from: 15, to: 90 });
    expect(seconds.reduce((sum, count) => sum + count)).toBe(NODES);
    expect(Math.max(...seconds)).toBeLessThan(3 * mean(seconds));
  });

  test('find the store again without a herd, after twenty minutes', () => {
    const random = seeded(2);
    const asks = Array.from({ length: NODES }, () => asksOf(random() * PERIOD_S, random)).flat();
    const before = histogram(asks, { from: 0, to: PERIOD_S });
    const after = histogram(asks, { from: AWAY_S.to, to: AWAY_S.to + 300 });
    // three attempts of each while we were away: at first three times as many as on any other day
    expect(Math.max(...after)).toBeLessThan(6 * mean(before));
    expect(mean(after)).toBeLessThan(2 * mean(before));
  });
});
