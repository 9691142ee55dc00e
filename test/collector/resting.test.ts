import { expect, test } from 'vitest';
import { resting } from '../../collector/resting.ts';

/** How many turns others had while it rested after a step of so many milliseconds. */
async function turnsAfter(stepMs: number): Promise<number> {
  let turns = 0;
  let counts = true;
  const count = () => {
    turns += 1;
    if (counts) setImmediate(count);
  };
  const rest = resting();
  const until = performance.now() + stepMs;
  while (performance.now() < until);
  setImmediate(count);
  await rest();
  counts = false;
  return turns;
}

test('a short step costs one turn, after a long one others have many', async () => {
  expect(await turnsAfter(0)).toBeLessThanOrEqual(2);
  expect(await turnsAfter(100)).toBeGreaterThan(5);
});
