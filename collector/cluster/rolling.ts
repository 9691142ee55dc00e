import { type Finding, isWaived } from '../../shared/check.ts';
import { compareVersions, parseVersion } from '../../shared/cpu/versions.ts';
import type { Fleet } from '../../shared/fleet.ts';
import { settled } from '../../shared/severity.ts';
import type { Waiver } from '../../shared/waiver.ts';
import { listed } from '../../shared/wording.ts';
import { clusterChecks } from './maintenance/cluster-checks.ts';
import { type ClusterView, viewOf } from './maintenance/cluster-view.ts';
import { diskChecks } from './maintenance/disk-checks.ts';
import { guestChecks } from './maintenance/guest-checks.ts';
import { findingsOf, type Maintenance } from './maintenance/maintenance-check.ts';
import { networkChecks } from './maintenance/network-checks.ts';
import { placementOf } from './maintenance/placement.ts';
import type { ViewNode } from './maintenance/view-node.ts';
import { doubtOf } from './rapi.ts';

/** Nodes that can go down together, all the others being up. */
export interface RollingGroup {
  nodes: string[];
  reason: string;
}

/** A node that cannot go down as things are. */
export interface HeldNode {
  node: string;
  verdict: 'fail' | 'unknown';
  reason: string;
}

/** The order in which the whole cluster can be rebooted or upgraded. */
export interface RollingAnswer {
  schema: 1;
  cluster: string;
  groups: RollingGroup[];
  held: HeldNode[];
  /** why there is no order at all; null: there is one */
  unknown: string | null;
}

/**
 * Groups that share no DRBD pair and whose guests find room elsewhere, each from what is now: after
 * one the guests are spread as before. The oldest QEMU first, as guests only move to a newer one;
 * the master last and alone.
 */
export function rollingAnswer(fleet: Fleet, waivers: readonly Waiver[] = []): RollingAnswer {
  const { cluster } = fleet;
  const view = viewOf(fleet.nodes, fleet.policy);
  const doubt = doubtOf(fleet.clusterFindings);
  if (view.status === 'failed' || doubt !== null) {
    const unknown = view.status === 'failed' ? view.error.message : doubt;
    return { schema: 1, cluster, groups: [], held: [], unknown };
  }
  const { masterNode } = view.value.config.cluster;
  const trial = (names: readonly string[]) => obstacleTo(names, view.value, { fleet, waivers });
  const groups: string[][] = [];
  const held: HeldNode[] = [];
  for (const { name, config } of inOrder(view.value)) {
    if (config.offline) continue;
    const alone = trial([name]);
    if (alone !== null) held.push({ node: name, ...alone });
    else if (name === masterNode) groups.push([name]);
    else addTo(groups, name, (names) => trial(names) === null);
  }
  const told = groups.map((nodes): RollingGroup => {
    return { nodes, reason: reasonOf(nodes, masterNode) };
  });
  return { schema: 1, cluster, groups: told, held, unknown: null };
}

function addTo(groups: string[][], name: string, fits: (names: string[]) => boolean): void {
  const group = groups.find((names) => fits([...names, name]));
  if (group) group.push(name);
  else groups.push([name]);
}

function reasonOf(nodes: readonly string[], master: string): string {
  if (nodes.includes(master))
    return 'the master: last, after master-failover to a node done before';
  return nodes.length === 1
    ? 'no other can go with it'
    : 'no disk has both copies among them, and their guests find room together';
}

function inOrder({ nodes, config }: ClusterView): ViewNode[] {
  const { masterNode } = config.cluster;
  return [...nodes].sort(
    (a, b) =>
      Number(a.name === masterNode) - Number(b.name === masterNode) ||
      compareVersions(qemuOf(a), qemuOf(b)) ||
      compareVersions(kernelOf(a), kernelOf(b)) ||
      (a.name < b.name ? -1 : 1),
  );
}

function qemuOf({ end }: ViewNode): readonly number[] {
  const models = end?.kind.models;
  return models && models.evidence !== 'none' ? (models.qemu ?? []) : [];
}

function kernelOf({ report }: ViewNode): readonly number[] {
  const os = report?.sections.os;
  return os?.status === 'ok' ? (parseVersion(os.facts.kernelRelease) ?? []) : [];
}

/** What is asked of each group: all but what passes, such as jobs and the last verify. */
const asked = [...clusterChecks, ...diskChecks, ...networkChecks, ...guestChecks];

/** What stands in the way of taking these down together; null: nothing. */
function obstacleTo(
  names: readonly string[],
  view: ClusterView,
  { fleet, waivers }: { fleet: Fleet; waivers: readonly Waiver[] },
): Pick<HeldNode, 'verdict' | 'reason'> | null {
  const { nodes, policy, now } = fleet;
  const down = new Set(names);
  const placement = placementOf(view, down);
  const maintenance: Maintenance = { view, down, placement, fleet: nodes, policy, now };
  const judged = asked.flatMap((check) => findingsOf(check, () => check.judge(maintenance)));
  const { findings } = settled(judged, { waivers, severities: policy.severity }, { now });
  return worstOf(findings.filter((one) => !isWaived(one)));
}

function worstOf(judged: readonly Finding[]): Pick<HeldNode, 'verdict' | 'reason'> | null {
  for (const verdict of ['fail', 'unknown'] as const) {
    const messages = judged.filter((one) => one.verdict === verdict).map(({ message }) => message);
    if (messages.length > 0) return { verdict, reason: listed([...new Set(messages)]) };
  }
  return null;
}
