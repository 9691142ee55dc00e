/**
 * Parts of an expression that one evaluation may go through: some tenths of a second at worst. A
 * usual rule of twenty parts may read 250,000 elements of lists; real reports have some thousand.
 */
export const STEPS_MAX = 5_000_000;

/** Thrown when an evaluation reads more than it may; nothing it says after that counts. */
export class OutOfSteps extends Error {
  constructor() {
    super('the rule would take too long on the lists of this node');
    this.name = 'OutOfSteps';
  }
}

/** Counts what one evaluation reads, and keeps the values it saw for its message. */
export interface Meter {
  /** counts elements of lists that are read; throws when they are too many, now and ever after */
  spend(elements: number): void;
  exhausted(): boolean;
  /** the values of single facts that were read, by path, in the order read */
  seen: Map<string, unknown>;
  /** each list is made ready once */
  lists: WeakMap<object, readonly unknown[]>;
}

/** A meter for one evaluation of an expression that costs `weight` for each element it reads. */
export function newMeter(weight: number): Meter {
  let spent = weight;
  return {
    spend(elements) {
      spent += elements * weight;
      if (spent > STEPS_MAX) throw new OutOfSteps();
    },
    exhausted: () => spent > STEPS_MAX,
    seen: new Map(),
    lists: new WeakMap(),
  };
}
