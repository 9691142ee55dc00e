/** Runs writes in shared transactions; a promise settles only after its transaction committed. */
export type GroupCommit = <T>(write: () => T) => Promise<T>;

/** A commit is an fsync, which takes about as long; nobody who delivers notices the wait. */
const WINDOW_MS = 4;
/** In a transaction of more, the others wait for too long. */
const GROUP_MAX = 32;

interface Waiting {
  /** does the write and remembers what came of it */
  run(): void;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * One fsync serves all writes that arrived within a few milliseconds. When the shared
 * transaction fails, each write is tried alone, so that one bad write does not fail its neighbours;
 * unless the failure `concernsAll`, such as a full disk, where trying again only takes time.
 */
export function groupCommit(
  transaction: (body: () => void) => void,
  concernsAll: (error: unknown) => boolean,
): GroupCommit {
  let queue: Waiting[] = [];
  let window: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(window);
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
      if (queue.length === 0) window = setTimeout(flush, WINDOW_MS);
      queue.push(waiting(write, resolve, reject));
      if (queue.length === GROUP_MAX) flush();
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
