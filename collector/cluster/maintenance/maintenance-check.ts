import type { CheckCard, Finding } from '../../../shared/check.ts';
import { MissingEvidence } from '../../../shared/evidence.ts';
import type { FleetNode } from '../../../shared/fleet.ts';
import type { Policy } from '../../../shared/policy.ts';
import type { RapiEvidence } from '../../rapi/evidence.ts';
import type { ClusterJudgement } from '../cluster-check.ts';
import type { ClusterView } from './cluster-view.ts';
import type { Placement } from './placement.ts';
import type { ViewNode } from './view-node.ts';

/** A maintenance that is asked about: the cluster, who is to go down, and where guests would go. */
export interface Maintenance {
  view: ClusterView;
  /** the nodes to drain, by the names that Ganeti has for them */
  down: ReadonlySet<string>;
  placement: Placement;
  /** what the nodes' own checks found */
  fleet: readonly FleetNode[];
  policy: Policy;
  now: Date;
  /** what RAPI says now, when it was asked */
  rapi?: RapiEvidence;
}

/** A check that is asked of a maintenance, and only there. */
export interface MaintenanceCheck extends CheckCard {
  judge(maintenance: Maintenance): ClusterJudgement[];
}

/** The nodes that are to go down, as the cluster has them. */
export function downNodes({ view, down }: Maintenance): ViewNode[] {
  return view.nodes.filter(({ name }) => down.has(name));
}

/** Who does not answer already, or takes no guests: in maintenance before this one. */
export function awayBefore({ view, down }: Maintenance): ViewNode[] {
  return view.nodes.filter(
    ({ name, config }) => !down.has(name) && (config.offline || config.drained),
  );
}

/** The name by which a node reported, which its findings bear. */
export function findingNode(node: ViewNode): string {
  return node.report?.node ?? node.name;
}

/** What a check judged, as findings; a throw is its own `unknown`, and no other check's. */
export function findingsOf(card: CheckCard, judge: () => ClusterJudgement[]): Finding[] {
  try {
    return judge().map((one) => findingOf(card, one));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const missing = error instanceof MissingEvidence;
    const message = missing ? reason : `the check itself failed: ${reason}`;
    return [findingOf(card, { verdict: 'unknown', message })];
  }
}

/** One judgement of a check as its finding. */
export function findingOf(card: CheckCard, { node, ...judgement }: ClusterJudgement): Finding {
  return { check: card.id, title: card.title, node: node ?? null, ...judgement };
}
