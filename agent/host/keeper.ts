import type { RecordedFailure } from './recording.ts';
import { hostErrorOf } from './system-error.ts';

export type Answer<T> = T | { failure: RecordedFailure };

/** The answers to one kind of question, by what was asked. */
export interface Keeper<T> {
  /** what `answer` gives; a question asked before gets its first answer again */
  ask(key: string, answer: () => Promise<T>): Promise<T>;
  /** all answers and failures, sorted by what was asked */
  answers(): Record<string, Answer<T>>;
  values(): Record<string, T>;
  failures(): Record<string, RecordedFailure>;
}

/** Keeps answers of the host; one that has not come yet is kept as timed out. */
export function keeper<T>(): Keeper<T> {
  const asked = new Map<string, Promise<T>>();
  const values = new Map<string, T>();
  const failures = new Map<string, RecordedFailure>();

  const settle = async (key: string, answer: () => Promise<T>): Promise<T> => {
    failures.set(key, { kind: 'timed_out', message: 'no answer when the snapshot was written' });
    try {
      const value = await answer();
      failures.delete(key);
      values.set(key, value);
      return value;
    } catch (error) {
      const { kind, message } = hostErrorOf(error, key);
      // What an older recording lacks, a recording of it lacks too.
      if (kind === 'not_recorded') failures.delete(key);
      else failures.set(key, { kind, message });
      throw error;
    }
  };

  return {
    ask: (key, answer) => {
      const answered = asked.get(key) ?? settle(key, answer);
      asked.set(key, answered);
      return answered;
    },
    answers: () => {
      const failed = [...failures].map(([key, failure]) => [key, { failure }] as const);
      return sorted<Answer<T>>([...values, ...failed]);
    },
    values: () => sorted([...values]),
    failures: () => sorted([...failures]),
  };
}

function sorted<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
