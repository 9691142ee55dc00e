import type { Failure, Reading } from './reading.ts';

/** Thrown by `known`; the engine turns it into the verdict `unknown` with this reason. */
export class MissingEvidence extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'MissingEvidence';
    this.failure = failure;
  }
}

/** The value of a reading; without one the check that asks becomes `unknown`, never a pass. */
export function known<T>(reading: Reading<T>): T {
  if (reading.status === 'ok') return reading.value;
  throw new MissingEvidence(reading.error);
}

/** Ends a check as `unknown`: the fact it needs was not brought by the probe, and `why` says so. */
export function unknownBecause(why: string): never {
  throw new MissingEvidence({ kind: 'other', message: why, source: null });
}
