import type { Fleet } from '../shared/fleet.ts';
import type { PolicyInForce } from '../shared/policy-file.ts';
import type { Report } from '../shared/report.ts';
import type { Waiver } from '../shared/waiver.ts';
import { buildFleet } from './fleet.ts';

/** A cluster as it is, and what it is judged by. */
export interface Standing extends Pick<PolicyInForce, 'rules'> {
  fleet: Fleet;
  waivers: readonly Waiver[];
}

/** Nodes that go, by name, the reports of those that come, and the nodes that are emptied. */
export interface Change {
  leave: readonly string[];
  join: readonly Report[];
  drain: readonly string[];
}

/** The cluster as it would be judged after the change. */
export function fleetAfter(
  { fleet, rules, waivers }: Standing,
  { leave, join, drain }: Change,
): Fleet {
  const gone = new Set(leave);
  const { cluster, policy, now } = fleet;
  const reports = fleet.nodes.flatMap(({ node, report }) =>
    report === null || gone.has(node) ? [] : [report],
  );
  const nodes = policy.nodes.filter(({ name }) => !gone.has(name));
  return buildFleet({
    ...{ cluster, rules, waivers, now, reports },
    policy: { ...policy, nodes },
    joining: join,
    drain,
  });
}
