import { formatCpuType, hypervisorOption, shellWord } from '../../../shared/cpu/cpu-type.ts';
import type { Recommendation } from '../../../shared/cpu/recommend.ts';

/** How to apply a `cpu_type`: for a shell, for Ganeti's RAPI, and what running guests need. */
export interface ApplyCommands {
  shell: string[];
  rapi: { method: 'PUT'; path: string; body: unknown }[];
  note: string;
}

const RESTART =
  'A running guest keeps its old CPU until it is fully stopped and started ' +
  '(gnt-instance shutdown, then startup); neither a reboot inside nor a migration changes it.';

/** For a cluster with one answer: the cluster's own parameter. */
export function clusterCommands(recommended: Recommendation): ApplyCommands {
  const value = spelledOut(recommended);
  return {
    shell: [`gnt-cluster modify -H kvm:${hypervisorOption('cpu_type', value)}`],
    rapi: [{ method: 'PUT', path: '/2/modify', body: { hvparams: { kvm: { cpu_type: value } } } }],
    note: RESTART,
  };
}

/**
 * For one of several groups of nodes: per instance, since Ganeti has no hypervisor parameters for
 * node groups; and tags that keep htools from moving guests out of the group.
 */
export function groupCommands(
  recommended: Recommendation,
  group: { nodes: readonly string[]; tag: string; policyGroup: string | null },
): ApplyCommands {
  const value = spelledOut(recommended);
  const option = hypervisorOption('cpu_type', value);
  const instances =
    group.policyGroup === null
      ? []
      : [
          'gnt-instance list --no-headers -o name -F ' +
            shellWord(`pnode.group == "${group.policyGroup}"`),
        ];
  return {
    shell: [
      ...instances,
      `gnt-instance modify -H ${option} INSTANCE`,
      `gnt-cluster add-tags ${MIGRATION_TAG}`,
      ...group.nodes.map((node) => `gnt-node add-tags ${shellWord(node)} ${group.tag}`),
    ],
    rapi: [
      {
        method: 'PUT',
        path: '/2/instances/INSTANCE/modify',
        body: { hvparams: { cpu_type: value } },
      },
    ],
    note: `For each INSTANCE whose nodes are all of this group. ${RESTART}`,
  };
}

/** The cluster tag that makes node tags `cpu:…` migration classes of htools. */
export const MIGRATION_TAG = 'htools:migration:cpu';

/** A node tag of the class `name`, of the characters that Ganeti allows in tags. */
export function classTag(name: string): string {
  return `cpu:${name.replaceAll(/[^A-Za-z0-9_.+*/@-]/g, '-')}`.slice(0, 128);
}

function spelledOut({ spelling, add, remove }: Recommendation): string {
  return formatCpuType({ model: spelling, add, remove, enforce: true });
}
