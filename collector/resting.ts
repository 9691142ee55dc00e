import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** Of the time that a step took, that much is everybody else's after it. */
const SHARE = 0.1;
/** A request takes some twenty turns; after a longer step it must not wait for one more in each. */
const SHORT_MS = 20;

/**
 * To be awaited between two steps of long work: others have their turns meanwhile, one after a
 * short step, and after a long one as many as they can use in a tenth of its time.
 */
export function resting(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    const took = performance.now() - began;
    const until = began + took * (1 + SHARE);
    if (took < SHORT_MS) await nextTurn();
    else
      do await sleep(1);
      while (performance.now() < until);
    began = performance.now();
  };
}
