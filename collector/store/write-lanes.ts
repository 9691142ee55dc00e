import { StoreUnavailable } from './store.ts';

/** Runs a body in a transaction, again when another one was in its way. */
export type Transaction<Session> = <T>(body: (session: Session) => Promise<T>) => Promise<T>;

/** Writes of one lane run in their order; its promise settles after its transaction committed. */
export type WriteLanes<Session> = <T>(
  lane: string,
  write: (session: Session) => Promise<T>,
) => Promise<T>;

/** In a transaction of more, the others wait for too long. */
const GROUP_MAX = 32;

interface Waiting<Session> {
  /** does the write and remembers what came of it */
  run(session: Session): Promise<void>;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Lanes side by side, each with one transaction at a time: it takes all that waited for the one
 * before, so that a storm on one lane costs few commits and one connection. When a shared
 * transaction fails, each write is tried alone, unless the store as a whole is unavailable.
 */
export function writeLanes<Session>(transaction: Transaction<Session>): WriteLanes<Session> {
  const lanes = new Map<string, Waiting<Session>[]>();

  async function drain(lane: string, queue: Waiting<Session>[]): Promise<void> {
    while (queue.length > 0) await together(queue.splice(0, GROUP_MAX));
    lanes.delete(lane);
  }

  async function together(group: Waiting<Session>[]): Promise<void> {
    try {
      await transaction(async (session) => {
        for (const write of group) await write.run(session);
      });
    } catch (error) {
      const hopeless = group.length === 1 || error instanceof StoreUnavailable;
      for (const write of group) {
        if (hopeless) write.reject(error);
        else await together([write]);
      }
      return;
    }
    for (const write of group) write.resolve();
  }

  return <T>(lane: string, write: (session: Session) => Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      const next = waiting(write, resolve, reject);
      const queue = lanes.get(lane);
      if (queue !== undefined) {
        queue.push(next);
        return;
      }
      const fresh = [next];
      lanes.set(lane, fresh);
      void drain(lane, fresh);
    });
}

function waiting<Session, T>(
  write: (session: Session) => Promise<T>,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): Waiting<Session> {
  let settle: () => void = () => reject(new Error('the write has not run'));
  return {
    async run(session) {
      const value = await write(session);
      settle = () => resolve(value);
    },
    resolve: () => settle(),
    reject,
  };
}
