import { HostError } from './host/host.ts';

/**
 * The first of `attempts` that answers. When none does, the error is of the first one's kind and
 * tells of all. Only what could not be read gives way to the next: what was read and did not parse
 * is an error at once.
 */
export async function firstAnswer<T>(attempts: readonly (() => Promise<T>)[]): Promise<T> {
  const refusals: HostError[] = [];
  for (const attempt of attempts) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      refusals.push(error);
    }
  }
  const [first] = refusals;
  if (first === undefined) throw new Error('firstAnswer needs at least one attempt');
  if (refusals.length === 1) throw first;
  const messages = refusals.map(({ message }) => message).join('; ');
  throw new HostError(first.kind, first.source, { message: messages, cause: first });
}

/** What `read` gives, or null when the host could not give it; only for facts that may be null. */
export async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof HostError) return null;
    throw error;
  }
}

/**
 * All values, as `Promise.all`; when several fail, the error is always the first one's in order,
 * never the quickest one's: the same machine must give the same report.
 */
export async function allInOrder<T extends readonly unknown[] | []>(values: T) {
  await Promise.allSettled(values);
  return Promise.all(values);
}
