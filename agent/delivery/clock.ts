import type { Io } from '../../shared/io.ts';

/** Time and chance, passed in so that tests can hold them. */
export interface Clock {
  now(): Date;
  pause(ms: number): Promise<void>;
  /** from 0 to below 1 */
  random(): number;
}

/** The clock of this process. */
export function clockOf(io: Io): Clock {
  return {
    now: io.now,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
  };
}
