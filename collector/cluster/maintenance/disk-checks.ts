import { judgeDevice } from '../../../shared/checks/drbd/device.ts';
import { known } from '../../../shared/evidence.ts';
import type { DrbdDevice } from '../../../shared/facts/drbd.ts';
import { fail, pass, skip, unknown, warn } from '../../../shared/judgement.ts';
import { counted, listed } from '../../../shared/wording.ts';
import type { ClusterJudgement } from '../cluster-check.ts';
import {
  awayBefore,
  findingNode,
  type Maintenance,
  type MaintenanceCheck,
} from './maintenance-check.ts';
import { factsOf, reading, type ViewNode } from './view-node.ts';

/** Whether the other copy of every disk is whole, and stays within reach. */
export const diskChecks: MaintenanceCheck[] = [
  {
    id: 'maintenance.disks',
    title: 'Every DRBD device of the nodes and of their peers is clean',
    why:
      'With one copy stale or lost the node holds the only good one. gnt-cluster verify calls ' +
      'a degraded disk a warning and exits 0.',
    rules: ['GATE-02'],
    judge: judgeDisks,
  },
  {
    id: 'maintenance.pairs',
    title: 'No other node of the same DRBD pairs is in maintenance',
    why: 'When both copies of a disk are away its guest is down and nothing can start it.',
    rules: ['GATE-11'],
    judge: judgePairs,
  },
];

/** One copy of a disk that DRBD mirrors. */
interface Leg {
  node: string;
  minor: number;
  name: string;
  /** it is in use, so that its device has to be there */
  active: boolean;
}

function legsOf({ view }: Maintenance): Leg[][] {
  return view.guests.flatMap(({ instance, process }) => {
    const runs = process.status === 'ok' && process.value !== null;
    const active = instance.adminState === 'up' || runs;
    return instance.disks.flatMap(({ drbd }, index) => {
      if (drbd === null) return [];
      const name = `${instance.name} disk/${index}`;
      return [drbd.minors.map(({ node, minor }): Leg => ({ node, minor, name, active }))];
    });
  });
}

/** What is not whole on the nodes and on those that share a disk with them. */
export function judgeDisks(maintenance: Maintenance): ClusterJudgement[] {
  const { view, down } = maintenance;
  const pairs = legsOf(maintenance).filter((legs) => legs.some(({ node }) => down.has(node)));
  if (pairs.length === 0) return [skip('no DRBD disk has a copy on the nodes')];
  const names = new Set([...down, ...pairs.flat().map(({ node }) => node)]);
  const asked = view.nodes.filter(({ name, config }) => names.has(name) && !config.offline);
  const legs = legsOf(maintenance).flat();
  const judged = asked.flatMap((node) =>
    judgeNode(
      node,
      legs.filter((leg) => leg.node === node.name),
    ),
  );
  if (judged.length > 0) return judged;
  const disks = counted(pairs.length, 'disk');
  return [pass(`${disks} mirrored and whole on ${listed(asked.map(({ name }) => name))}`)];
}

function judgeNode(node: ViewNode, legs: readonly Leg[]): ClusterJudgement[] {
  const name = findingNode(node);
  const devices = reading(() => known(factsOf(node, 'drbd').devices));
  if (devices.status === 'failed') return [{ ...unknown(devices.error.message), node: name }];
  const missing = legs.filter(
    ({ active, minor }) => active && !devices.value.some((device) => device.minor === minor),
  );
  const named = devices.value.every(({ minor }) => minor !== null);
  return [
    ...devices.value.flatMap((device) => judgeOne(device, legs, name)),
    ...missing.map((leg) => ({ ...absent(leg, named), subject: leg.name, node: name })),
  ];
}

function absent({ name, minor, node }: Leg, named: boolean): ClusterJudgement {
  if (!named) return unknown(`${name}: the devices of ${node} have no minors`);
  return fail(
    `${name}: minor ${minor} is not active on ${node}, expected it to mirror`,
    'gnt-instance activate-disks, and wait until it is in sync',
  );
}

/** For a maintenance it is not enough that a resync will end some time. */
function judgeOne(device: DrbdDevice, legs: readonly Leg[], node: string): ClusterJudgement[] {
  const judged = judgeDevice(device);
  if (judged.verdict === 'pass') return [];
  const leg = legs.find(({ minor }) => minor === device.minor);
  const subject = leg?.name ?? judged.subject ?? 'a device';
  const verdict = judged.verdict === 'unknown' ? 'unknown' : 'fail';
  return [{ ...judged, verdict, subject, node, message: `${subject}: ${judged.message}` }];
}

function judgePairs(maintenance: Maintenance): ClusterJudgement[] {
  const { view, down } = maintenance;
  const away = awayBefore(maintenance).map(({ name }) => name);
  const lost = view.guests.filter(({ instance }) => {
    const nodes = [instance.primaryNode, ...instance.secondaryNodes];
    const mirrored = instance.secondaryNodes.length > 0;
    const touched = nodes.some((name) => down.has(name));
    return mirrored && touched && nodes.every((name) => down.has(name) || away.includes(name));
  });
  if (lost.length === 0) {
    return [pass(away.length === 0 ? 'no node is in maintenance' : `none with ${listed(away)}`)];
  }
  return lost.map(({ name, instance }) => {
    const nodes = listed([instance.primaryNode, ...instance.secondaryNodes]);
    const message = `${name} has its copies on ${nodes}, all drained, offline or about to be`;
    const remedy = 'bring one of them back first, or drain them one after the other';
    const judged = instance.adminState === 'up' ? fail(message, remedy) : warn(message, remedy);
    return { ...judged, subject: name };
  });
}
