import { HostError } from '../host/host.ts';

/** Takes its turn; fails as timed out when the time for all tries is used up. */
export type Pacer = <T>(work: () => Promise<Spent<T>>) => Promise<T>;

/** What a try came to, and how long it waited. */
export interface Spent<T> {
  value: T;
  spentMs: number;
}

/** Enough to wait out dead peers, few enough for no switch or firewall to mind. */
export const AT_ONCE = 4;

/** What all tries of one run may take side by side; what is left then is said to be untried. */
export const ALL_TRIES_MS = 45_000;

/** A try that went wrong may have waited until its own time limit. */
const FAILED_MS = 2_000;

/**
 * Lets `AT_ONCE` tries run at a time, in their order, and none after the time is used up. The time
 * is what the tries say they took, so that a recording of them gives the same again.
 */
export function pacer(): Pacer {
  const waiting: (() => void)[] = [];
  let running = 0;
  let spentMs = 0;

  const turn = async () => {
    if (running < AT_ONCE) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  // Whoever waits takes over the place, so that nobody comes in between.
  const leave = () => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };

  return async (work) => {
    await turn();
    try {
      if (spentMs >= ALL_TRIES_MS * AT_ONCE) {
        const why = `not tried: the tries before it took ${ALL_TRIES_MS / 1000} s`;
        throw new HostError('timed_out', 'probe peers', why);
      }
      const done = await attempt(work);
      spentMs += done.spentMs;
      return done.value;
    } finally {
      leave();
    }
  };

  async function attempt<T>(work: () => Promise<Spent<T>>): Promise<Spent<T>> {
    try {
      return await work();
    } catch (error) {
      spentMs += FAILED_MS;
      throw error;
    }
  }
}
