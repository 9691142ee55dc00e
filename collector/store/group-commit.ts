/** Runs writes in shared transactions; a promise settles only after its transaction committed. */
export type GroupCommit = <T>(write: () => T) => Promise<T>;

interface Waiting {
  /** does the write and remembers what came of it */
  run(): void;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * One fsync serves all writes of one turn of the event loop: the busier it is the more they are,
 * and who comes alone waits for nobody. When the shared transaction fails, each write is tried
 * alone, so that one bad write does not fail its neighbours; unless the failure `concernsAll`, such
 * as a full disk, where trying again only takes time.
 */
export function groupCommit(
  transaction: (body: () => void) => void,
  concernsAll: (error: unknown) => boolean,
): GroupCommit {
  let queue: Waiting[] = [];

  function flush(): void {
    const group = queue;
    queue = [];
    try {
      transaction(() => {
        for (const write of group) write.run();
      });
    } catch (error) {
      const hopeless = group.length === 1 || concernsAll(error);
      for (const write of group) {
        if (hopeless) write.reject(error);
        else alone(transaction, write);
      }
      return;
    }
    for (const write of group) write.resolve();
  }

  return <T>(write: () => T) =>
    new Promise<T>((resolve, reject) => {
      if (queue.length === 0) setImmediate(flush);
      queue.push(waiting(write, resolve, reject));
    });
}

function waiting<T>(
  write: () => T,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): Waiting {
  let settle: () => void = () => reject(new Error('the write has not run'));
  return {
    run() {
      const value = write();
      settle = () => resolve(value);
    },
    resolve: () => settle(),
    reject,
  };
}

function alone(transaction: (body: () => void) => void, write: Waiting): void {
  try {
    transaction(() => write.run());
  } catch (error) {
    write.reject(error);
    return;
  }
  write.resolve();
}
