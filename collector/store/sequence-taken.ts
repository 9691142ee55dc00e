/** Thrown by `deliver`: the sequence was used by another report of the enrolment. */
export class SequenceTaken extends Error {
  /** highest sequence of the enrolment; the sender goes on above it */
  readonly lastSequence: number;

  constructor(lastSequence: number) {
    super(`the sequence was used before; the last one is ${lastSequence}`);
    this.name = 'SequenceTaken';
    this.lastSequence = lastSequence;
  }
}

/** What a delivery came to; thrown in its transaction it would undo the deliveries of others. */
export function unlessTaken<T extends object>(outcome: T | { lastSequence: number }): T {
  if ('lastSequence' in outcome) throw new SequenceTaken(outcome.lastSequence);
  return outcome;
}
