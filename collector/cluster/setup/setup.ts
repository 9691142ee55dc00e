import { known } from '../../../shared/evidence.ts';
import { effectiveHvparams, type GanetiFacts, type Ssconf } from '../../../shared/facts/ganeti.ts';
import type { GanetiConfig, InstanceConfig } from '../../../shared/facts/ganeti-config.ts';
import { pass, skip, unknown } from '../../../shared/judgement.ts';
import type { ClusterJudgement } from '../cluster-check.ts';
import { askNodes, type Told, unlessUntold } from '../told.ts';

/** The configuration of a running cluster, and the nodes that told of themselves. */
export interface Setup<F> {
  ssconf: Ssconf;
  config: GanetiConfig;
  /** the facts of its nodes, by the name that Ganeti has for them */
  hosts: ReadonlyMap<string, F>;
}

/** What `judge` says of the cluster as its master has it; nodes in none cannot be asked. */
export function ofSetup<F extends { ganeti: GanetiFacts }>(
  nodes: readonly { node: string; facts: F }[],
  judge: (setup: Setup<F>) => ClusterJudgement[],
): ClusterJudgement[] {
  const { told, untold } = askNodes(nodes, (facts) => ({
    facts,
    member: known(facts.ganeti.membership),
  }));
  const members = told.flatMap(({ value: { facts, member } }) =>
    member === null ? [] : [{ facts, member }],
  );
  const [first] = members;
  if (first === undefined && untold.length === 0) return [skip('the nodes are in no cluster')];
  if (first === undefined) return unlessUntold([], 'membership', untold);
  const holder = members.find(({ member }) => member.master !== null)?.member;
  if (!holder?.master) {
    const master = first.member.ssconf.masterNode;
    return [unknown(`the master, ${master}, has not told the configuration of the cluster`)];
  }
  const hosts = new Map(
    members.flatMap(({ facts, member }) =>
      member.ownName === null ? [] : [[member.ownName, facts] as const],
    ),
  );
  const setup = { ssconf: holder.ssconf, config: known(holder.master.config), hosts };
  return unlessUntold(judge(setup), 'membership', untold);
}

/** The nodes that may run guests: vm-capable, and not marked offline. */
export function hostingNodes({ config }: Setup<unknown>): string[] {
  return config.nodes.filter((one) => one.vmCapable && !one.offline).map(({ name }) => name);
}

/** Disks of these can be reached from every node of a group. */
const SHARED = new Set(['sharedfile', 'gluster', 'rbd', 'blockdev', 'ext', 'diskless']);

/** The nodes on which a guest may run without its disks being copied first. */
export function homesOf(setup: Setup<unknown>, instance: InstanceConfig): string[] {
  const { primaryNode, secondaryNodes, diskTemplate } = instance;
  if (!SHARED.has(diskTemplate)) return [primaryNode, ...secondaryNodes];
  const groupOf = new Map(setup.config.nodes.map(({ name, group }) => [name, group]));
  return hostingNodes(setup).filter((name) => groupOf.get(name) === groupOf.get(primaryNode));
}

/** Parameters of KVM as they take effect, who sets them, and the nodes they concern. */
export interface Setting {
  /** such as: the cluster, OS debian, web.example.org */
  whose: string;
  params: Readonly<Record<string, string>>;
  nodes: string[];
}

/** The parameters of the cluster, and of each system and instance that sets one of `names`. */
export function settingsOf(setup: Setup<unknown>, names: readonly string[]): Setting[] {
  const { config } = setup;
  if (!config.cluster.enabledHypervisors.includes('kvm')) return [];
  const paramsOf = (one: Partial<Pick<InstanceConfig, 'os' | 'hvparams'>>) =>
    effectiveHvparams(setup, { os: '', hypervisor: 'kvm', hvparams: {}, ...one });
  const sets = (own: Record<string, string>) => names.some((name) => Object.hasOwn(own, name));
  const nodes = hostingNodes(setup);
  return [
    { whose: 'the cluster', params: paramsOf({}), nodes },
    ...Object.entries(config.cluster.osHvparams)
      .filter(([, { kvm = {} }]) => sets(kvm))
      .map(([os]) => ({ whose: `OS ${os}`, params: paramsOf({ os }), nodes })),
    ...config.instances
      .filter(({ hypervisor, hvparams }) => hypervisor === 'kvm' && sets(hvparams))
      .map((one) => ({ whose: one.name, params: paramsOf(one), nodes: homesOf(setup, one) })),
  ];
}

/** What `take` finds on the nodes of these names; one that did not report cannot tell. */
export function askHosts<F, T>(
  { hosts }: Setup<F>,
  names: Iterable<string>,
  take: (facts: F, node: string) => T,
): Told<T> {
  const wanted = [...new Set(names)];
  const here = wanted.flatMap((node) => {
    const facts = hosts.get(node);
    return facts === undefined ? [] : [{ node, facts: { node, facts } }];
  });
  const { told, untold } = askNodes(here, ({ facts, node }) => take(facts, node));
  const silent = wanted.filter((node) => !hosts.has(node));
  return { told, untold: [...untold, ...silent.map((node) => `${node} (no report)`)] };
}

/** The faults, or that there is none; and of whom it is not known. */
export function concluded(
  faults: readonly ClusterJudgement[],
  found: string,
  { noun, untold }: { noun: string; untold: readonly string[] },
): ClusterJudgement[] {
  return unlessUntold(faults.length > 0 ? [...faults] : [pass(found)], noun, [...new Set(untold)]);
}

/** For what is told by the configuration alone. */
export const ALL_TOLD = { noun: '', untold: [] };
