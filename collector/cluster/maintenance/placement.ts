import type { Reading } from '../../../shared/reading.ts';
import { attachmentObstacles } from './attachments.ts';
import type { ClusterView } from './cluster-view.ts';
import type { PlacedGuest } from './guest.ts';
import { type Packing, pack } from './packing.ts';
import { freeBytesOf } from './room.ts';
import { type Leaving, nodesFor, type Obstacle, obstaclesOn } from './target.ts';
import { reading, takesGuests, type ViewNode } from './view-node.ts';

/** A node that a guest may go to, with what stands in the way. */
export interface Target {
  node: string;
  /** of state, CPU, QEMU and machine type */
  fit: Obstacle[];
  /** of what every guest needs there: KVM, QEMU, its noded */
  ready: readonly Obstacle[];
  /** of bridges, files and devices */
  attached: Obstacle[];
}

/** All that stands in the way of a target; empty: nothing. */
export function obstaclesOf({ fit, ready, attached }: Target): Obstacle[] {
  return [...fit, ...ready, ...attached];
}

/** Whether a target may yet turn out to take the guest: what is lacking is evidence. */
export function isOpen(target: Target, rooms: Placement['rooms']): boolean {
  const all = obstaclesOf(target);
  if (all.some(({ verdict }) => verdict === 'not')) return false;
  return all.length > 0 || rooms.get(target.node)?.status === 'failed';
}

/** A guest that has to leave, and every node that its disks would let it go to. */
export interface Departure extends Leaving {
  name: string;
  targets: Target[];
}

/** What becomes of the guests of the nodes that are to go down together. */
export interface Placement {
  departures: Departure[];
  /** run now and have no second node: they stop with the first */
  stopping: PlacedGuest[];
  /** do not run, and stay where they are */
  staying: PlacedGuest[];
  /** of which it is not known whether they run */
  unclear: PlacedGuest[];
  rooms: Map<string, Reading<number>>;
  /** by memory, on targets that nothing stands in the way of */
  packing: Packing;
  /** guests that could not be packed for want of evidence: no such target, or no memory known */
  unpacked: string[];
}

/**
 * Where the guests of `down` can go while all of `down` are away: moved while they run, or, when
 * the nodes are `lost`, started anew.
 */
export function placementOf(view: ClusterView, down: ReadonlySet<string>, lost = false): Placement {
  const here = view.guests.filter(({ instance }) => down.has(instance.primaryNode));
  const unclear = here.filter(({ process }) => process.status === 'failed');
  const clear = here.filter((guest) => !unclear.includes(guest));
  const active = clear.filter((guest) => guest.instance.adminState === 'up' || runs(guest));
  const stopping = active.filter((guest) => guest.redundancy === 'none' && runs(guest));
  const departures = active
    .filter((guest) => guest.redundancy !== 'none')
    .flatMap((guest) => departureOf(guest, view, { down, lost }));
  const rooms = roomsOf(view, down);
  const parcels = departures.flatMap((one) => parcelOf(one, rooms));
  return {
    departures,
    stopping,
    staying: clear.filter((guest) => !active.includes(guest)),
    unclear,
    rooms,
    packing: pack(parcels, knownRooms(rooms)),
    unpacked: departures
      .filter(({ name }) => !parcels.some((parcel) => parcel.name === name))
      .map(({ name }) => name),
  };
}

function runs({ process }: PlacedGuest): boolean {
  return process.status === 'ok' && process.value !== null;
}

function departureOf(
  guest: PlacedGuest,
  view: ClusterView,
  { down, lost }: { down: ReadonlySet<string>; lost: boolean },
): Departure[] {
  const from = view.nodes.find(({ name }) => name === guest.instance.primaryNode);
  if (from === undefined || guest.process.status === 'failed') return [];
  const process = guest.process.value;
  const stops = lost || process === null || guest.instance.beparams.alwaysFailover;
  const way = stops ? 'failover' : 'migrate';
  const leaving: Leaving = { guest, from, way, process };
  const targets = nodesFor(leaving, view).map((target): Target => {
    const fit = obstaclesOn(target, leaving, { view, leavingNodes: down });
    const refused = fit.some(({ verdict }) => verdict === 'not');
    const attached = refused ? [] : attachmentObstacles(target, leaving, view);
    return { node: target.name, fit, ready: refused ? [] : target.unfit, attached };
  });
  return [{ ...leaving, name: guest.name, targets }];
}

function parcelOf({ name, guest, targets }: Departure, rooms: Placement['rooms']) {
  const free = targets.filter(
    (target) => obstaclesOf(target).length === 0 && rooms.get(target.node)?.status === 'ok',
  );
  if (free.length === 0 || guest.memoryBytes.status === 'failed') return [];
  return [{ name, bytes: guest.memoryBytes.value, targets: free.map(({ node }) => node) }];
}

function roomsOf({ nodes }: ClusterView, down: ReadonlySet<string>): Map<string, Reading<number>> {
  const staying = nodes.filter((node) => takesGuests(node) && !down.has(node.name));
  return new Map(staying.map((node) => [node.name, roomOf(node)]));
}

function roomOf(node: ViewNode): Reading<number> {
  return reading(() => freeBytesOf(node));
}

function knownRooms(rooms: Placement['rooms']): Map<string, number> {
  return new Map(
    [...rooms].flatMap(([name, room]) => (room.status === 'ok' ? [[name, room.value]] : [])),
  );
}
