/** Full jitter between nothing and this, doubled at each attempt. */
const FIRST_DELAY_MS = 500;
/** Of what a collector asks for: many may have been told the same in one moment. */
const SHARE_ON_TOP = 0.5;

/**
 * How long to pause after so many attempts, the first being 1: never less than the collector asked
 * for, and by chance more, so that agents that failed together do not come again together.
 */
export function pauseAfter(round: number, afterMs: number | null, random: () => number): number {
  const asked = afterMs ?? 0;
  return asked + random() * Math.max(FIRST_DELAY_MS * 2 ** round, asked * SHARE_ON_TOP);
}
