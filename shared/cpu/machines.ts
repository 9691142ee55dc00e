import type { MachineType } from '../facts/qemu.ts';
import { tableFor } from './model-tables.ts';
import type { HostEvidence } from './runnable.ts';
import { compareVersions, parseVersion, type Version } from './versions.ts';

export type Chipset = 'i440fx' | 'q35';

/** A versioned machine type of upstream QEMU, or one that only a distribution has. */
export interface VersionedMachine {
  name: string;
  chipset: Chipset;
  /** null: a distribution's own, such as pc-q35-rhel9.4.0 or pc-i440fx-jammy */
  version: Version | null;
}

/** Takes `pc-i440fx-7.2` apart; null for pc, q35, microvm and others without a version. */
export function parseMachine(name: string): VersionedMachine | null {
  const match = /^pc-(i440fx|q35)-(.+)$/.exec(name);
  const chipset = match?.[1];
  if (chipset !== 'i440fx' && chipset !== 'q35') return null;
  const upstream = /^\d+(\.\d+)+$/.test(match?.[2] ?? '');
  return { name, chipset, version: upstream ? parseVersion(match?.[2] ?? '') : null };
}

/** Newest first; a distribution's own names after upstream's. */
export function newestFirst(a: VersionedMachine, b: VersionedMachine): number {
  if (a.version && b.version) return compareVersions(b.version, a.version);
  if (a.version || b.version) return a.version ? -1 : 1;
  return a.name < b.name ? 1 : Number(a.name > b.name) * -1;
}

/** The machine types of a host's QEMU, installed or planned; null: not known. */
export function machinesOf({ qemu }: HostEvidence, planned: string): readonly MachineType[] | null {
  if (qemu === null) return null;
  if (qemu.kvm.status === 'ok') return qemu.kvm.value.machines;
  if (qemu.machineHelp.status === 'ok') return qemu.machineHelp.value;
  if (qemu.binary !== null) return null;
  const version = parseVersion(planned);
  return (version && tableFor(version)?.machines) ?? null;
}
