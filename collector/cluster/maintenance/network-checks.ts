import { known } from '../../../shared/evidence.ts';
import { answersAtAll, type PeerPath } from '../../../shared/facts/peers.ts';
import { fail, pass, skip, unknown } from '../../../shared/judgement.ts';
import { counted } from '../../../shared/wording.ts';
import type { ClusterJudgement } from '../cluster-check.ts';
import { findingNode, type Maintenance, type MaintenanceCheck } from './maintenance-check.ts';
import { factsOf, reading, type ViewNode } from './view-node.ts';

/** Whether what is moved gets through. */
export const networkChecks: MaintenanceCheck[] = [
  {
    id: 'maintenance.replication-network',
    title: 'The nodes and their targets reach each other where migrations run, both ways',
    why:
      'DRBD and migrations use the secondary network. gnt-cluster verify does not try it while ' +
      'the primary one works, so only a probe tells that it is dead.',
    rules: ['GATE-06'],
    judge: judgeNetwork,
  },
];

function judgeNetwork(maintenance: Maintenance): ClusterJudgement[] {
  const pairs = pairsOf(maintenance);
  if (pairs.length === 0) return [skip('nothing is moved or mirrored between the nodes')];
  const judged = pairs.flatMap(([one, other]) => [judgeWay(one, other), judgeWay(other, one)]);
  const faults = judged.filter((one) => one !== null);
  if (faults.length > 0) return faults;
  return [pass(`${counted(pairs.length, 'pair')} of nodes, tried from both ends`)];
}

/** Each node that goes down with each that takes its guests or mirrors its disks. */
function pairsOf({ view, down, placement }: Maintenance): [ViewNode, ViewNode][] {
  const { packing, departures } = placement;
  const placed = packing.state === 'fits' ? packing.placed : [];
  const moves = placed.flatMap(({ name, target }) => {
    const from = departures.find((one) => one.name === name)?.from.name;
    return from === undefined ? [] : [[from, target] as const];
  });
  const mirrors = view.guests.flatMap(({ instance }) =>
    instance.secondaryNodes.map((second) => [instance.primaryNode, second] as const),
  );
  const wanted = [...moves, ...mirrors.filter((pair) => pair.some((name) => down.has(name)))];
  const nodes = new Map(view.nodes.map((node) => [node.name, node]));
  const found = new Map<string, [ViewNode, ViewNode]>();
  for (const names of wanted) {
    const [one, other] = [...names].sort().map((name) => nodes.get(name));
    if (!one || !other || one.config.offline || other.config.offline) continue;
    found.set(JSON.stringify([one.name, other.name]), [one, other]);
  }
  return [...found.values()];
}

/** By the address and not by the role: with one network for all the secondary is the primary. */
function judgeWay(from: ViewNode, to: ViewNode): ClusterJudgement | null {
  const address = to.config.secondaryAddress;
  const place = { node: findingNode(from), subject: to.name };
  const remedy = 'on that node: muster-agent push --probe-peers, with the policy of the cluster';
  const peers = reading(() => factsOf(from, 'peers'));
  if (peers.status === 'failed') return { ...unknown(peers.error.message), ...place };
  if (!peers.value.probed) {
    return { ...unknown(`${from.name} did not try to reach its peers`, remedy), ...place };
  }
  const path = peers.value.paths.find((one) => one.address === address);
  if (path === undefined) {
    return { ...unknown(`${from.name} did not try ${address} of ${to.name}`, remedy), ...place };
  }
  const outcome = reading(() => answeredOver(path));
  if (outcome.status === 'failed') return { ...unknown(outcome.error.message), ...place };
  if (outcome.value) return null;
  const message = `${from.name} gets no answer from ${address} of ${to.name}, expected one`;
  return { ...fail(message, 'check cable, switch port, VLAN and firewall of both'), ...place };
}

function answeredOver(path: PeerPath): boolean {
  if (answersAtAll(path)) return true;
  for (const { answer } of path.ports) known(answer);
  return false;
}
