import type { Judgement } from './check.ts';

/** Found as expected; the message tells what was found. */
export function pass(message: string): Judgement {
  return { verdict: 'pass', message };
}

/** Works for now, but is not as expected. */
export function warn(message: string, remedy: string): Judgement {
  return { verdict: 'warn', message, remedy };
}

/** Something will not start, will fail, or data is at risk. */
export function fail(message: string, remedy: string): Judgement {
  return { verdict: 'fail', message, remedy };
}

/** The question does not apply here, for the reason that the message gives. */
export function skip(message: string): Judgement {
  return { verdict: 'skip', message };
}

/** One subject of several could not be judged; a whole check ends by `unknownBecause`. */
export function unknown(message: string, remedy?: string): Judgement {
  return remedy === undefined
    ? { verdict: 'unknown', message }
    : { verdict: 'unknown', message, remedy };
}
