import { machinesOf } from '../../../shared/cpu/machines.ts';
import { known, unknownBecause } from '../../../shared/evidence.ts';
import type { MasterFacts, Membership } from '../../../shared/facts/ganeti.ts';
import type { GanetiConfig } from '../../../shared/facts/ganeti-config.ts';
import type { FleetNode } from '../../../shared/fleet.ts';
import type { Policy } from '../../../shared/policy.ts';
import type { Reading } from '../../../shared/reading.ts';
import type { Report } from '../../../shared/report.ts';
import { evidenceOfNodes, kindsOf } from '../cpu/evidence.ts';
import type { End } from '../cpu/migration-cell.ts';
import { fitnessObstacles } from './fitness.ts';
import { type PlacedGuest, placedGuest } from './guest.ts';
import { reading, type ViewNode } from './view-node.ts';

/** A running cluster as its master and its nodes tell of it. */
export interface ClusterView {
  config: GanetiConfig;
  /** the master's own facts */
  member: Membership;
  master: MasterFacts;
  nodes: ViewNode[];
  guests: PlacedGuest[];
}

/** The cluster that these nodes are; without the word of its one master there is none to see. */
export function viewOf(nodes: readonly FleetNode[], policy: Policy): Reading<ClusterView> {
  return reading(() => {
    const { member, master } = masterIn(nodes);
    const config = known(master.config);
    const reports = reportsByName(nodes);
    const ends = endsOf(nodes, policy);
    const seen = config.nodes.map((one): ViewNode => {
      const report = reports.get(one.name) ?? null;
      const end = (report && ends.get(report.node)) ?? null;
      const node = { name: one.name, config: one, report, end, unfit: [] };
      const own = nodes.find((fleetNode) => fleetNode.report === report)?.findings ?? [];
      return report === null ? node : { ...node, unfit: fitnessObstacles(node, own) };
    });
    const byName = new Map(seen.map((one) => [one.name, one]));
    const guests = config.instances.map((instance) =>
      placedGuest(instance, byName.get(instance.primaryNode)),
    );
    return { config, member, master, nodes: seen, guests };
  });
}

/** The one fresh report that holds its own node for the master, and is in what it says. */
function masterIn(nodes: readonly FleetNode[]): { member: Membership; master: MasterFacts } {
  const holding = nodes.flatMap(({ report, freshness, expected }) => {
    const member = expected && freshness === 'fresh' && report ? memberOf(report) : null;
    return member?.master ? [{ member, master: member.master }] : [];
  });
  const [first, ...others] = holding;
  if (first === undefined) {
    unknownBecause('the master, which alone has the configuration of Ganeti, has not told');
  }
  if (others.length > 0) unknownBecause('more than one node holds itself for the master');
  return first;
}

/** What a report says of its node as a member of a cluster; null: nothing, or that it is none. */
export function memberOf(report: Report): Membership | null {
  const { ganeti } = report.sections;
  if (ganeti?.status !== 'ok' || ganeti.facts.membership.status !== 'ok') return null;
  return ganeti.facts.membership.value;
}

/** A node may report by another name than the one Ganeti has for it, but not by two. */
function reportsByName(nodes: readonly FleetNode[]): Map<string, Report> {
  const found = new Map<string, Report>();
  for (const { report, freshness, expected } of nodes) {
    if (!expected || report === null || freshness !== 'fresh') continue;
    const name = memberOf(report)?.ownName ?? report.node;
    const other = found.get(name);
    if (other !== undefined) {
      unknownBecause(`${other.node} and ${report.node} both report as ${name} of Ganeti`);
    }
    found.set(name, report);
  }
  return found;
}

/** One object for all nodes of equal evidence, as comparing two ends expects it. */
function endsOf(nodes: readonly FleetNode[], policy: Policy): Map<string, End> {
  const { planned } = policy.qemu;
  return new Map(
    kindsOf(evidenceOfNodes(nodes), planned).flatMap((kind) => {
      const end = { kind, machines: machinesOf(kind.host, planned) };
      return kind.nodes.map((node) => [node, end] as const);
    }),
  );
}
