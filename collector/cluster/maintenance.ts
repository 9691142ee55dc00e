import type { CheckCard, Finding } from '../../shared/check.ts';
import type { FleetNode } from '../../shared/fleet.ts';
import type { MaintenancePlan } from '../../shared/maintenance-plan.ts';
import type { Policy } from '../../shared/policy.ts';
import type { RapiEvidence } from '../rapi/evidence.ts';
import { afterChecks } from './maintenance/after-checks.ts';
import type { Before } from './maintenance/before.ts';
import { clusterChecks } from './maintenance/cluster-checks.ts';
import { memberOf, viewOf } from './maintenance/cluster-view.ts';
import { diskChecks } from './maintenance/disk-checks.ts';
import { guestChecks } from './maintenance/guest-checks.ts';
import {
  findingOf,
  findingsOf,
  type Maintenance,
  type MaintenanceCheck,
} from './maintenance/maintenance-check.ts';
import { networkChecks } from './maintenance/network-checks.ts';
import { placementOf } from './maintenance/placement.ts';
import { planOf } from './maintenance/plan.ts';
import { queueChecks } from './maintenance/queue-checks.ts';
import { verifyChecks } from './maintenance/verify-checks.ts';

/** What gate `maintenance` asks of the cluster and of the nodes to drain. */
export const maintenanceChecks: readonly MaintenanceCheck[] = [
  ...verifyChecks,
  ...clusterChecks,
  ...queueChecks,
  ...diskChecks,
  ...networkChecks,
  ...guestChecks,
];

/** What everything else rests on: without it the others would all say the same. */
export const configurationCard: CheckCard = {
  id: 'maintenance.configuration',
  title: 'The master has told the configuration of the cluster',
  why:
    'Which guests are where, with which disks, is in the configuration alone, which only the ' +
    'report of the master holds; and every node that is to be drained has to be in it.',
  rules: ['GATE-14'],
};

/** Every card of the gate, for `muster checks`. */
export const maintenanceCards: readonly CheckCard[] = [
  configurationCard,
  ...maintenanceChecks,
  ...afterChecks,
];

export interface MaintenanceInput {
  nodes: readonly FleetNode[];
  policy: Policy;
  now: Date;
  /** the nodes to drain, by the names Ganeti has for them or those they report by */
  drain: readonly string[];
  /** what RAPI says now, when it was asked */
  rapi?: RapiEvidence;
}

/** What was found, and the plan when every guest that has to can move. */
export interface MaintenanceAnswer {
  findings: Finding[];
  plan: MaintenancePlan | null;
}

/** Whether the nodes can go down together now, and how. */
export function maintenanceAnswer(input: MaintenanceInput): MaintenanceAnswer {
  const found = maintenanceOf(input);
  if ('check' in found) return { findings: [found], plan: null };
  return {
    findings: [
      configured(found),
      ...maintenanceChecks.flatMap((check) => findingsOf(check, () => check.judge(found))),
    ],
    plan: planOf(found),
  };
}

/** Whether the nodes came back, and everything with them: `findings` is all that is found now. */
export function afterFindings(
  input: Omit<MaintenanceInput, 'drain'>,
  before: Before,
  findings: readonly Finding[],
): Finding[] {
  const maintenance = maintenanceOf({ ...input, drain: before.drain });
  if ('check' in maintenance) return [maintenance];
  const aftermath = { before, maintenance, findings };
  return [
    configured(maintenance),
    ...verifyChecks.flatMap((check) => findingsOf(check, () => check.judge(maintenance))),
    ...afterChecks.flatMap((check) => findingsOf(check, () => check.judge(aftermath))),
  ];
}

/** The maintenance as the reports show it, or the finding that it cannot be seen. */
function maintenanceOf(input: MaintenanceInput): Maintenance | Finding {
  const { nodes, policy, now, drain, rapi } = input;
  const view = viewOf(nodes, policy);
  if (view.status === 'failed') return unconfigured(view.error.message);
  const names = drain.map((name) => ganetiName(name, nodes));
  const strange = names.filter((name) => !view.value.nodes.some((node) => node.name === name));
  if (strange.length > 0) {
    const reason = `Ganeti has no node ${strange.join(', ')}, so nothing of it is known`;
    return unconfigured(reason);
  }
  const down = new Set(names);
  const placement = placementOf(view.value, down);
  const asked = { view: view.value, down, placement, fleet: nodes, policy, now };
  return rapi === undefined ? asked : { ...asked, rapi };
}

function configured({ view }: Maintenance): Finding {
  const message = `serial ${view.config.serial}, ${view.nodes.length} nodes`;
  return findingOf(configurationCard, { verdict: 'pass', message });
}

/** The nodes that need not report, as the master holds them for offline. */
export function excusedNodes(nodes: readonly FleetNode[], policy: Policy): Set<string> {
  const view = viewOf(nodes, policy);
  if (view.status === 'failed') return new Set();
  return new Set(
    view.value.nodes.flatMap(({ name, config, report }) =>
      config.offline && report === null ? [name] : [],
    ),
  );
}

function ganetiName(name: string, nodes: readonly FleetNode[]): string {
  const report = nodes.find(({ node }) => node === name)?.report;
  return (report && memberOf(report)?.ownName) ?? name;
}

function unconfigured(reason: string): Finding {
  const remedy = 'on the master, as root: muster-agent push';
  return findingOf(configurationCard, { verdict: 'unknown', message: reason, remedy });
}
