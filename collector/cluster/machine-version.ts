import {
  type Chipset,
  machinesOf,
  newestFirst,
  parseMachine,
  type VersionedMachine,
} from '../../shared/cpu/machines.ts';
import { versionOf } from '../../shared/cpu/runnable.ts';
import { compareVersions, type Version } from '../../shared/cpu/versions.ts';
import type { MachineType } from '../../shared/facts/qemu.ts';
import { groupedBy } from '../../shared/grouping.ts';
import { type NodeEvidence, sortedNodes } from './cpu/evidence.ts';

/** The newest machine type of one chipset that every node's QEMU has. */
export interface MachineChoice {
  machine: string;
  deprecated: boolean;
  /** no upstream name is common: this one only a distribution's QEMU has */
  distributionOnly: boolean;
}

/** Nodes that run one version of QEMU. */
export interface QemuGroup {
  /** null: not known, or none installed */
  version: string | null;
  packageVersion: string | null;
  nodes: string[];
}

export interface MachineVersionAnswer {
  /** nodes whose machine types are not known: while there are any nothing is recommended */
  unknown: string[];
  i440fx: MachineChoice | null;
  /** Ganeti does not support q35 properly; told apart, never the recommendation */
  q35: MachineChoice | null;
  /** paste-ready; null without an answer */
  command: string | null;
  /** names that only a distribution's QEMU has, on some node but not on all */
  distributionNames: { name: string; nodes: string[] }[];
  /** what instances get where machine_version is not set, by node */
  defaults: { machine: string | null; nodes: string[] }[];
  /** oldest first; guests may move from old to new only */
  qemus: QemuGroup[];
}

interface NodeMachines {
  node: string;
  machines: readonly MachineType[];
}

/** The newest `pc-i440fx-X.Y` (and q35) common to all nodes, and how their QEMUs differ. */
export function machineVersionAnswer(
  nodes: readonly NodeEvidence[],
  planned: string,
): MachineVersionAnswer {
  const sorted = sortedNodes(nodes);
  const asked = sorted.map(({ node, host }) => ({ node, machines: machinesOf(host, planned) }));
  const known = asked.flatMap(({ node, machines }) => (machines ? [{ node, machines }] : []));
  const unknown = asked.filter(({ machines }) => machines === null).map(({ node }) => node);
  const common = unknown.length === 0 ? commonMachines(known) : [];
  const i440fx = newest(common, 'i440fx', known);
  return {
    unknown,
    i440fx,
    q35: newest(common, 'q35', known),
    command: i440fx && `gnt-cluster modify -H kvm:machine_version=${i440fx.machine}`,
    distributionNames: distributionNames(known),
    defaults: [...groupedBy(known, ({ machines }) => defaultOf(machines))].map(([machine, of]) => ({
      machine,
      nodes: of.map(({ node }) => node),
    })),
    qemus: qemuGroups(sorted),
  };
}

function commonMachines(known: readonly NodeMachines[]): VersionedMachine[] {
  const [first, ...rest] = known.map(({ machines }) => new Set(machines.map(({ name }) => name)));
  if (!first) return [];
  const names = [...first].filter((name) => rest.every((others) => others.has(name)));
  return names.flatMap((name) => parseMachine(name) ?? []).sort(newestFirst);
}

function newest(
  common: readonly VersionedMachine[],
  chipset: Chipset,
  known: readonly NodeMachines[],
): MachineChoice | null {
  const choice = common.find((machine) => machine.chipset === chipset);
  if (!choice) return null;
  const deprecated = known.some(({ machines }) =>
    machines.some(({ name, deprecated: old }) => name === choice.name && old),
  );
  return { machine: choice.name, deprecated, distributionOnly: choice.version === null };
}

function distributionNames(known: readonly NodeMachines[]): { name: string; nodes: string[] }[] {
  const found = known.flatMap(({ node, machines }) =>
    machines.flatMap(({ name }) => (parseMachine(name)?.version === null ? [{ node, name }] : [])),
  );
  return [...groupedBy(found, ({ name }) => name)]
    .map(([name, of]) => ({ name, nodes: of.map(({ node }) => node) }))
    .filter(({ nodes }) => nodes.length < known.length);
}

/** The machine type an instance gets when none is configured. */
export function defaultOf(machines: readonly MachineType[]): string | null {
  return machines.find(({ isDefault }) => isDefault)?.name ?? null;
}

function qemuGroups(nodes: readonly NodeEvidence[]): QemuGroup[] {
  const described = nodes.map(({ node, host }) => {
    const version = host.qemu ? versionOf(host.qemu) : null;
    return { node, version, packageVersion: host.qemu?.packageVersion ?? null };
  });
  const keyOf = (one: (typeof described)[number]) =>
    `${one.version?.join('.') ?? ''} ${one.packageVersion ?? ''}`;
  const groups = [...groupedBy(described, keyOf).values()].flatMap((members) => {
    const [first] = members;
    return first ? [{ ...first, nodes: members.map(({ node }) => node) }] : [];
  });
  return groups
    .sort((a, b) => byVersion(a.version, b.version))
    .map(({ version, packageVersion, nodes: names }) => ({
      version: version?.join('.') ?? null,
      packageVersion,
      nodes: names,
    }));
}

function byVersion(a: Version | null, b: Version | null): number {
  if (a && b) return compareVersions(a, b);
  return Number(b === null) - Number(a === null);
}
