import { machinesOf } from '../../shared/cpu/machines.ts';
import { groupedBy } from '../../shared/grouping.ts';
import { type Policy, policyNode } from '../../shared/policy.ts';
import { type Kind, kindsOf, type NodeEvidence } from './cpu/evidence.ts';
import { type Cell, type End, migrationCell } from './cpu/migration-cell.ts';
import { type MigrationTags, migrationTags } from './cpu/migration-tags.ts';
import { cpuTypeAnswer } from './cpu-type.ts';

/** Nodes of equal evidence within one node group: a migration between two of them is one case. */
export interface MigrationClass {
  id: string;
  nodes: string[];
  group: string;
  vendor: string | null;
  evidence: 'proven' | 'computed' | 'none';
  qemu: string | null;
}

export interface MigrationMatrix {
  of: 'configured' | 'recommended';
  /** by class id of the source: what its guests are started with; null: not decided */
  cpuTypes: Record<string, string | null>;
  machineVersion: string | null;
  /** from class id to class id */
  cells: Record<string, Record<string, Cell>>;
}

export interface MigrationAnswer {
  schema: 1;
  classes: MigrationClass[];
  /** of the configured `cpu_type`, when there is one, and of the recommended */
  matrices: MigrationMatrix[];
  /** for htools, after the configured matrix when there is one */
  tags: MigrationTags;
}

interface ClassKind extends MigrationClass {
  end: End;
}

/** Which nodes a running guest can move between, in which direction, and why not. */
export function migrationAnswer(input: {
  nodes: readonly NodeEvidence[];
  policy: Policy;
}): MigrationAnswer {
  const { nodes, policy } = input;
  const classes = classesOf(kindsOf(nodes, policy.qemu.planned), policy);
  const { cpu_type: configured, machine_version: machineVersion = null } = policy.hvparams;
  const matrices = [
    ...(configured
      ? [matrix({ of: 'configured', machineVersion }, classes, () => configured)]
      : []),
    matrix({ of: 'recommended', machineVersion }, classes, recommendedTypes(input)),
  ];
  const [first] = matrices;
  return {
    schema: 1,
    classes: classes.map(({ end: _, ...rest }) => rest),
    matrices,
    tags: migrationTags(classes, first?.cells ?? {}),
  };
}

function classesOf(kinds: readonly Kind[], policy: Policy): ClassKind[] {
  const groupOf = (node: string) => policyNode(policy, node)?.group ?? 'default';
  return kinds
    .flatMap((kind) =>
      [...groupedBy(kind.nodes, groupOf)].map(([group, nodes]) => ({ kind, group, nodes })),
    )
    .map(({ kind, group, nodes }, index) => {
      const { models, host } = kind;
      const known = models.evidence !== 'none';
      return {
        id: String(index + 1),
        nodes,
        group,
        vendor: known ? models.vendor : null,
        evidence: models.evidence,
        qemu: known ? (models.qemu?.join('.') ?? null) : null,
        end: { kind, machines: machinesOf(host, policy.qemu.planned) },
      };
    });
}

function matrix(
  { of, machineVersion }: Pick<MigrationMatrix, 'of' | 'machineVersion'>,
  classes: readonly ClassKind[],
  typeFor: (one: ClassKind) => string | null,
): MigrationMatrix {
  const rows = classes.map((from) => {
    const cpuType = typeFor(from);
    const cells = classes.map((to) => {
      const cell = cpuType
        ? migrationCell(from.end, to.end, { cpuType, machineVersion })
        : undecidedCell;
      return [to.id, cell] as const;
    });
    return [from.id, Object.fromEntries(cells)] as const;
  });
  const cpuTypes = classes.map((one) => [one.id, typeFor(one)] as const);
  return {
    of,
    machineVersion,
    cpuTypes: Object.fromEntries(cpuTypes),
    cells: Object.fromEntries(rows),
  };
}

const undecidedCell: Cell = {
  verdict: 'unknown',
  reasons: [{ code: 'evidence', verdict: 'unknown', text: 'no cpu_type is decided for it' }],
};

function recommendedTypes(input: {
  nodes: readonly NodeEvidence[];
  policy: Policy;
}): (one: ClassKind) => string | null {
  const { groups } = cpuTypeAnswer(input);
  const byNode = new Map(
    groups.flatMap(({ nodes, recommended }) =>
      nodes.map((node) => [node, recommended?.cpuType ?? null] as const),
    ),
  );
  return (one) => byNode.get(one.nodes[0] ?? '') ?? null;
}
