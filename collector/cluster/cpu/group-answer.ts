import { lacking, mitigationsOf } from '../../../shared/cpu/additions.ts';
import { cpuModel, firstQemuWith } from '../../../shared/cpu/model-tables.ts';
import {
  type Choice,
  type PlainChoice,
  type Recommendation,
  recommend,
} from '../../../shared/cpu/recommend.ts';
import { securityWarnings } from '../../../shared/cpu/warnings.ts';
import { groupedBy } from '../../../shared/grouping.ts';
import { listed } from '../../../shared/wording.ts';
import { type Blocker, blockersOf } from './blockers.ts';
import { type ApplyCommands, classTag, clusterCommands, groupCommands } from './commands.ts';
import type { Kind, KnownKind } from './evidence.ts';
import { type HostModel, hostModel } from './host-model.ts';

/** Nodes of one node group and one vendor, which can share a `cpu_type`. */
export interface GroupInput {
  group: string;
  /** null: nothing is known of any of them */
  vendor: string | null;
  kinds: KnownKind[];
  /** nodes of which nothing is known; any of them could lower the answer */
  unknown: Kind[];
}

/** A mitigation that guests do not get because some nodes do not offer it. */
export interface MissingMitigation {
  feature: string;
  nodes: string[];
}

/** The missing mitigations in words, those of the same nodes together. */
export function lostMitigations(missing: readonly MissingMitigation[]): string[] {
  const byNodes = groupedBy(missing, ({ nodes }) => listed(nodes));
  return [...byNodes].map(
    ([nodes, some]) => `${listed(some.map(({ feature }) => feature))}, not offered by ${nodes}`,
  );
}

export interface GroupAnswer {
  group: string;
  vendor: string | null;
  nodes: string[];
  /** `none`: no model at all runs on all of them */
  state: 'answered' | 'undecided' | 'none';
  undecided: { nodes: string[]; reason: string }[];
  plain: PlainChoice | null;
  recommended: (Recommendation & { commands: ApplyCommands }) | null;
  host: HostModel;
  blockers: Blocker[];
  missingMitigations: MissingMitigation[];
  warnings: string[];
}

/** The answer for one group of nodes; undecided while any of them is not known. */
export function groupAnswer(input: GroupInput, all: readonly GroupInput[]): GroupAnswer {
  const { group, vendor, kinds, unknown } = input;
  const nodes = [...kinds, ...unknown].flatMap((kind) => kind.nodes).sort();
  const undecided = unknown.map((kind) => ({
    nodes: kind.nodes,
    reason: kind.models.evidence === 'none' ? kind.models.reason : '',
  }));
  const nothing = { plain: null, recommended: null, blockers: [], missingMitigations: [] };
  if (undecided.length > 0 || vendor === null) {
    const host = { allowed: null, unequal: ['the nodes are not all known'] };
    return { group, vendor, nodes, state: 'undecided', undecided, ...nothing, host, warnings: [] };
  }
  const choice = recommend(
    kinds.map((kind) => kind.models),
    vendor,
  );
  const { plain, recommended } = choice;
  return {
    ...{ group, vendor, nodes, undecided, plain },
    state: recommended ? 'answered' : 'none',
    recommended: recommended && { ...recommended, commands: commandsFor(input, all, recommended) },
    host: hostModel(kinds.map((kind) => kind.host)),
    blockers: blockersOf(kinds, vendor, recommended),
    missingMitigations: recommended ? missingMitigations(kinds, vendor, recommended) : [],
    warnings: recommended ? warningsOf(kinds, vendor, recommended) : [],
  };
}

/** A `cpu_type` for nodes of several vendors, with what must be said of it. */
export interface LastResort {
  plain: PlainChoice | null;
  recommended: (Recommendation & { commands: ApplyCommands }) | null;
  warnings: string[];
}

const UNSUPPORTED =
  'not supported by anyone: moving a running guest between vendors is unsafe ' +
  '(vendor id, TSC, errata and patched hypercall instructions differ)';

/** The last resort, labelled. */
export function lastResortAnswer({ plain, recommended }: Choice): LastResort {
  const warnings = recommended
    ? securityWarnings({ ...recommended, vendor: null, bugs: null })
    : [];
  return {
    plain,
    recommended: recommended && { ...recommended, commands: clusterCommands(recommended) },
    warnings: [UNSUPPORTED, ...warnings],
  };
}

function commandsFor(
  { group, vendor, kinds }: GroupInput,
  all: readonly GroupInput[],
  recommended: Recommendation,
): ApplyCommands {
  if (all.length === 1) return clusterCommands(recommended);
  const alone = all.filter((one) => one.group === group).length === 1;
  return groupCommands(recommended, {
    nodes: kinds.flatMap((kind) => kind.nodes).sort(),
    tag: classTag(alone ? group : `${group}-${vendor}`),
    policyGroup: alone ? group : null,
  });
}

function missingMitigations(
  kinds: readonly KnownKind[],
  vendor: string,
  { features }: Recommendation,
): MissingMitigation[] {
  return mitigationsOf(vendor).flatMap((feature) => {
    if (features.has(feature)) return [];
    const without = new Set(
      lacking(
        kinds.map((kind) => kind.models),
        feature,
      ),
    );
    const nodes = kinds.filter((kind) => without.has(kind.models)).flatMap((kind) => kind.nodes);
    return nodes.length === 0 ? [] : [{ feature, nodes: nodes.sort() }];
  });
}

function warningsOf(
  kinds: readonly KnownKind[],
  vendor: string,
  recommended: Recommendation,
): string[] {
  const { base, features, deprecated, spelling } = recommended;
  const warnings = securityWarnings({ base, features, vendor, bugs: bugsOfAny(kinds) });
  if (deprecated) warnings.push(`${base} is deprecated in the QEMU of some node and will go`);
  if (spelling !== base) {
    warnings.push(`some QEMU is too old for versioned names and knows ${base} as ${spelling}`);
  }
  return warnings.concat(virtualWarning(kinds), strangers(kinds));
}

/** The bugs of any CPU; null when a kernel without that line could hide one. */
function bugsOfAny(kinds: readonly KnownKind[]): Set<string> | null {
  const lists = kinds.map((kind) => kind.host.cpu?.bugs ?? null);
  const told = lists.filter((list) => list !== null);
  return told.length === lists.length ? new Set(told.flat()) : null;
}

function virtualWarning(kinds: readonly KnownKind[]): string[] {
  const virtual = kinds.filter(
    ({ models, host }) => models.evidence === 'computed' && host.cpu?.flags.includes('hypervisor'),
  );
  if (virtual.length === 0) return [];
  const [node] = virtual.flatMap((kind) => kind.nodes);
  return [
    `${node} is a virtual machine: nested KVM may offer less than its flags show; ` +
      'install QEMU there to know',
  ];
}

/** Models of a QEMU newer than our tables could be better, but nothing is known of them. */
function strangers(kinds: readonly KnownKind[]): string[] {
  const names = new Set(
    kinds.flatMap(({ models }) =>
      [...models.verdicts.keys()].filter((name) => !cpuModel(name) && !firstQemuWith(name)),
    ),
  );
  if (names.size === 0) return [];
  return [`models not known to this version of Muster were left out: ${[...names].join(', ')}`];
}
