import { describe, test } from 'vitest';
import { damaged } from './mutation.ts';
import { counterexample, RUNS } from './runs.ts';
import { wrongWith } from './target.ts';
import { targets } from './targets.ts';

/** Far above what any takes: it ends what would never end. */
const TIMEOUT_MS = 30_000 + RUNS * 50;

describe('whatever a text is damaged into gives a sound value or an error made for it', () => {
  test.each(targets.map((target) => [target.name, target] as const))(
    '%s',
    (_, target) => {
      const found = counterexample(damaged(target.seeds()), (bytes) => wrongWith(target, bytes));
      // as an error of its own, since a matcher would cut the bytes short
      if (found !== null) throw new Error(found);
    },
    TIMEOUT_MS,
  );
});
