import type { RapiEvidence, RapiInstance, RapiNode } from '../../rapi/evidence.ts';
import { type ClusterView, memberOf } from '../maintenance/cluster-view.ts';
import type { PlacedGuest } from '../maintenance/guest.ts';
import type { ViewNode } from '../maintenance/view-node.ts';

/** When the master's report was begun; null: it is not among the nodes that it has. */
export function reportedAt({ nodes, member }: ClusterView): string | null {
  const master = nodes.find(({ report }) => report !== null && memberOf(report) === member);
  return master?.report?.collectedAt ?? null;
}

/** What RAPI says of the cluster now and the reports say otherwise, each as a clause. */
export function differencesOf(view: ClusterView, rapi: RapiEvidence, since: string): string[] {
  const changed = changedSince(since);
  const { cluster, groups, nodes, instances } = rapi;
  const { masterNode } = view.config.cluster;
  return [
    ...(cluster.status === 'ok' && cluster.value.masterNode !== masterNode
      ? [`the master is ${cluster.value.masterNode}, and was ${masterNode}`]
      : []),
    ...(cluster.status === 'ok' ? changed('the cluster', cluster.value.changedAt) : []),
    ...(groups.status === 'ok'
      ? compared(groups.value, view.config.groups, (now) =>
          changed(`group ${now.name}`, now.changedAt),
        )
      : []),
    ...(nodes.status === 'ok'
      ? compared(nodes.value, view.nodes, (now, then) =>
          orElse(nodeDifferences(now, then, view), () => changed(now.name, now.changedAt)),
        )
      : []),
    ...(instances.status === 'ok'
      ? compared(instances.value, view.guests, (now, then) =>
          orElse(guestDifferences(now, then), () => changed(now.name, now.changedAt)),
        )
      : []),
  ];
}

/** Those that are there on one side only, and what `differ` says of the others. */
function compared<N extends { name: string }, T extends { name: string }>(
  now: readonly N[],
  then: readonly T[],
  differ: (now: N, then: T) => string[],
): string[] {
  const before = new Map(then.map((one) => [one.name, one]));
  const names = new Set(now.map(({ name }) => name));
  return [
    ...now.flatMap((one) => {
      const other = before.get(one.name);
      return other === undefined ? [`${one.name} was added`] : differ(one, other);
    }),
    ...then.filter(({ name }) => !names.has(name)).map(({ name }) => `${name} was removed`),
  ];
}

function nodeDifferences(now: RapiNode, { config }: ViewNode, view: ClusterView): string[] {
  const flags = [
    ['offline', now.offline, config.offline],
    ['drained', now.drained, config.drained],
    ['vm_capable', now.vmCapable, config.vmCapable],
    ['a master candidate', now.masterCandidate, config.masterCandidate],
  ] as const;
  const group = view.config.groups.find(({ uuid }) => uuid === now.group)?.name ?? now.group;
  return [
    ...flags
      .filter(([, is, was]) => is !== was)
      .map(([flag, is]) => `${now.name} is ${is ? '' : 'no longer '}${flag}`),
    ...(group === config.group ? [] : [`${now.name} is in group ${group}, not ${config.group}`]),
  ];
}

function guestDifferences(now: RapiInstance, { instance, process }: PlacedGuest): string[] {
  const runs = runsBy(now.status);
  const ran = process.status === 'ok' ? process.value !== null : null;
  const mirrors = now.secondaryNodes.toSorted().join(', ');
  const before = instance.secondaryNodes.toSorted().join(', ');
  return [
    ...(now.primaryNode === instance.primaryNode
      ? []
      : [`${now.name} is on ${now.primaryNode}, and was on ${instance.primaryNode}`]),
    ...(mirrors === before
      ? []
      : [`${now.name} is mirrored on ${mirrors || 'no node'}, and was on ${before || 'none'}`]),
    ...(runs === null || ran === null || runs === ran
      ? []
      : [`${now.name} ${runs ? 'runs, and did not' : 'does not run, and did'}`]),
  ];
}

/** Of what Ganeti could not see, or saw elsewhere, nothing follows. */
function runsBy(status: string): boolean | null {
  if (status === 'running' || status === 'ERROR_up') return true;
  const stopped = ['ADMIN_down', 'ADMIN_offline', 'USER_down', 'ERROR_down'];
  return stopped.includes(status) ? false : null;
}

/** A change that no comparison shows: of a parameter, of a disk, of a tag. */
function changedSince(since: string): (what: string, changedAt: string | null) => string[] {
  return (what, changedAt) =>
    changedAt !== null && Date.parse(changedAt) > Date.parse(since)
      ? [`${what} was changed at ${changedAt}`]
      : [];
}

function orElse(found: string[], otherwise: () => string[]): string[] {
  return found.length > 0 ? found : otherwise();
}
