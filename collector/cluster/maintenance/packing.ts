/** A guest that has to go somewhere, and where it may. */
export interface Parcel {
  name: string;
  bytes: number;
  targets: readonly string[];
}

/** One guest and the node it is to go to. */
export interface Placed {
  name: string;
  target: string;
  bytes: number;
}

export type Packing =
  | { state: 'fits'; placed: Placed[] }
  /** `stuck`: the first one for which no room was left */
  | { state: 'too-tight' | 'given-up'; stuck: Parcel };

/** Some seconds of work at most; a real group of nodes is solved by the first way tried. */
const STEPS_MAX = 50_000;

/**
 * Puts all parcels into the rooms, together and not each alone: those with one target first, then
 * the largest first, each where most room is left, going back on a choice when a later parcel finds
 * none. Without a way after so many steps it gives up, which is no proof that there is none.
 */
export function pack(parcels: readonly Parcel[], rooms: ReadonlyMap<string, number>): Packing {
  const order = [...parcels].sort(
    (a, b) =>
      Number(a.targets.length > 1) - Number(b.targets.length > 1) ||
      b.bytes - a.bytes ||
      (a.name < b.name ? -1 : 1),
  );
  const search: Search = { order, left: new Map(rooms), placed: [], steps: 0, stuck: null };
  if (place(search, 0)) return { state: 'fits', placed: search.placed.sort(largestFirst) };
  const stuck = search.stuck ?? order[0];
  if (stuck === undefined) return { state: 'fits', placed: [] };
  return { state: search.steps > STEPS_MAX ? 'given-up' : 'too-tight', stuck };
}

interface Search {
  order: readonly Parcel[];
  left: Map<string, number>;
  placed: Placed[];
  steps: number;
  stuck: Parcel | null;
}

/** The largest moves are made while everything is still as it was found. */
function largestFirst(a: Placed, b: Placed): number {
  return b.bytes - a.bytes || (a.name < b.name ? -1 : 1);
}

function place(search: Search, at: number): boolean {
  const parcel = search.order[at];
  if (parcel === undefined) return true;
  const { name, bytes } = parcel;
  for (const target of roomiest(search, parcel)) {
    search.steps += 1;
    if (search.steps > STEPS_MAX) return false;
    const room = search.left.get(target) ?? 0;
    search.left.set(target, room - bytes);
    search.placed.push({ name, target, bytes });
    if (place(search, at + 1)) return true;
    search.placed.pop();
    search.left.set(target, room);
  }
  search.stuck ??= parcel;
  return false;
}

function roomiest({ left }: Search, { targets, bytes }: Parcel): string[] {
  return [...targets]
    .filter((target) => (left.get(target) ?? -1) >= bytes)
    .sort((a, b) => (left.get(b) ?? 0) - (left.get(a) ?? 0) || (a < b ? -1 : 1));
}
