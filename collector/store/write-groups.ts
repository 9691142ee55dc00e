import { StoreUnavailable } from './store.ts';

/** Stores one item; its promise settles after its transaction committed. */
export type WriteGroups<Item, Outcome> = (item: Item) => Promise<Outcome>;

/** How items are stored together. */
export interface Grouping<Item, Outcome> {
  /** all of them in one transaction; what came of each, in their order */
  store(items: readonly Item[]): Promise<Outcome[]>;
  /** items of one lane are stored one after another, in their order */
  laneOf(item: Item): string;
}

/** While two commit, the next ones gather; more of them would only share the same processors. */
const TRANSACTIONS_MAX = 2;
/** In a transaction of more, the others wait for too long. */
const GROUP_MAX = 64;

interface Waiting<Item, Outcome> {
  item: Item;
  lane: string;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

/**
 * Few transactions at a time: each takes all that waited for one to end, of every lane the first,
 * so that the busier it is the less each item costs, and who comes alone waits for nobody. When a
 * shared transaction fails, each item is tried alone, unless the store as a whole is unavailable.
 */
export function writeGroups<Item, Outcome>({
  store,
  laneOf,
}: Grouping<Item, Outcome>): WriteGroups<Item, Outcome> {
  type One = Waiting<Item, Outcome>;
  let queue: One[] = [];
  const busy = new Set<string>();
  let underWay = 0;

  function begin(): void {
    while (underWay < TRANSACTIONS_MAX) {
      const group = nextGroup();
      if (group.length === 0) return;
      underWay += 1;
      void together(group).then(() => {
        underWay -= 1;
        for (const { lane } of group) busy.delete(lane);
        begin();
      });
    }
  }

  function nextGroup(): One[] {
    const group: One[] = [];
    const rest: One[] = [];
    for (const one of queue) {
      if (group.length === GROUP_MAX || busy.has(one.lane)) {
        rest.push(one);
        continue;
      }
      busy.add(one.lane);
      group.push(one);
    }
    queue = rest;
    return group;
  }

  async function together(group: readonly One[]): Promise<void> {
    try {
      const outcomes = await store(group.map(({ item }) => item));
      for (const [index, outcome] of outcomes.entries()) group[index]?.resolve(outcome);
    } catch (error) {
      const hopeless = group.length === 1 || error instanceof StoreUnavailable;
      for (const one of group) {
        if (hopeless) one.reject(error);
        else await together([one]);
      }
    }
  }

  return (item) =>
    new Promise<Outcome>((resolve, reject) => {
      queue.push({ item, lane: laneOf(item), resolve, reject });
      // In the next turn: what comes in one goes together.
      setImmediate(begin);
    });
}
