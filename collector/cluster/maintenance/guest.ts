import { known, unknownBecause } from '../../../shared/evidence.ts';
import type { InstanceConfig } from '../../../shared/facts/ganeti-config.ts';
import type { GuestArguments } from '../../../shared/facts/guests.ts';
import type { Reading } from '../../../shared/reading.ts';
import { MIB } from '../../../shared/units.ts';
import { factsOf, reading, type ViewNode } from './view-node.ts';

/** How an instance survives the loss of its node. */
export type Redundancy = 'mirrored' | 'shared' | 'none';

/** An instance where Ganeti has it, with what runs there. */
export interface PlacedGuest {
  name: string;
  instance: InstanceConfig;
  redundancy: Redundancy;
  /** its process; null: none runs on its primary node */
  process: Reading<RunningGuest | null>;
  /** what it takes of a node: as it was started, else as it would be */
  memoryBytes: Reading<number>;
}

export interface RunningGuest {
  arguments: GuestArguments;
  /** its QEMU was replaced since; null: not known */
  deleted: boolean | null;
  /** interfaces that its NICs hang on */
  taps: string[];
}

/** Ganeti moves a guest without disks as it moves one whose disks all nodes reach. */
const SHARED = new Set(['sharedfile', 'gluster', 'rbd', 'blockdev', 'ext', 'diskless']);

/** The instance on its primary node; undefined: the configuration names one that it lacks. */
export function placedGuest(instance: InstanceConfig, node: ViewNode | undefined): PlacedGuest {
  const process = reading(() => processOf(instance, node));
  return {
    name: instance.name,
    instance,
    redundancy: redundancyOf(instance),
    process,
    memoryBytes: reading(() => memoryOf(instance, known(process))),
  };
}

function redundancyOf({ diskTemplate, secondaryNodes }: InstanceConfig): Redundancy {
  if (diskTemplate === 'drbd' && secondaryNodes.length > 0) return 'mirrored';
  return SHARED.has(diskTemplate) ? 'shared' : 'none';
}

function processOf(
  { name, hypervisor }: InstanceConfig,
  node: ViewNode | undefined,
): RunningGuest | null {
  if (node === undefined) unknownBecause(`${name}: its primary node is not configured`);
  if (node.config.offline) return null;
  if (hypervisor !== 'kvm') unknownBecause(`${name}: of ${hypervisor} no process is read`);
  const guest = factsOf(node, 'guests').guests.find((one) => one.instance === name);
  if (guest === undefined) return null;
  const process = known(guest.process);
  if (process.state !== 'running') return null;
  const taps = guest.taps.status === 'ok' ? Object.values(guest.taps.value) : [];
  return { arguments: known(process.arguments), deleted: process.deleted, taps };
}

/** Ganeti may balloon a guest down; that it gives the memory back is not counted on. */
function memoryOf({ name, beparams }: InstanceConfig, process: RunningGuest | null): number {
  const configuredBytes = beparams.maxMemoryMiB * MIB;
  if (process === null) return configuredBytes;
  const { memoryBytes, memoryPath } = process.arguments;
  if (memoryPath !== null) {
    unknownBecause(`${name}: its memory is of ${memoryPath}, whose free pages are not known`);
  }
  if (memoryBytes === null) unknownBecause(`${name}: its command line tells no memory`);
  // it is started anew where it goes, with what it is to have by then
  return beparams.alwaysFailover ? Math.max(configuredBytes, memoryBytes) : memoryBytes;
}
