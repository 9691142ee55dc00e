import { groupedBy } from '../../../shared/grouping.ts';
import { type Parcel, pack } from '../maintenance/packing.ts';

/** A guest as capacity sees it: how much, where, and where it could start instead. */
export interface CapacityGuest extends Parcel {
  node: string;
  /** its one target holds the mirror of its disks */
  mirrored: boolean;
  /** of a node that may take it too the evidence is lacking */
  uncertain: boolean;
}

/** Whether the loss of one node can be borne. */
export interface NPlusOne {
  /** nodes after whose loss not every guest finds room, with the first that does not */
  lost: { node: string; stuck: string; proven: boolean }[];
  /** nodes that have no room for what the loss of one other brings, the worst case of each */
  short: { node: string; from: string; neededBytes: number; freeBytes: number }[];
}

/** By the memory that guests have now, all of one lost node together. */
export function nPlusOne(
  guests: readonly CapacityGuest[],
  rooms: ReadonlyMap<string, number>,
): NPlusOne {
  const byNode = [...groupedBy(guests, ({ node }) => node)];
  const lost = byNode.flatMap(([node, own]) => {
    const packing = pack(own, rooms);
    if (packing.state === 'fits') return [];
    const proven = packing.state === 'too-tight' && !own.some(({ uncertain }) => uncertain);
    return [{ node, stuck: packing.stuck.name, proven }];
  });
  const mirrored = guests.filter(({ mirrored: is, targets }) => is && targets.length === 1);
  const bySecond = [...groupedBy(mirrored, ({ targets }) => targets[0] ?? '')];
  const short = bySecond.flatMap(([node, own]) => {
    const sums = [...groupedBy(own, (one) => one.node)].map(([from, some]) => {
      return { node, from, neededBytes: some.reduce((sum, { bytes }) => sum + bytes, 0) };
    });
    const [worst] = sums.sort((a, b) => b.neededBytes - a.neededBytes);
    const freeBytes = rooms.get(node);
    // of a node whose room is not known nothing is said
    if (worst === undefined || freeBytes === undefined) return [];
    return worst.neededBytes > freeBytes ? [{ ...worst, freeBytes }] : [];
  });
  return { lost, short };
}
