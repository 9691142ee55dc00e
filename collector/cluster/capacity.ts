import type { CheckCard, Finding } from '../../shared/check.ts';
import type { Fleet } from '../../shared/fleet.ts';
import { exclusionTags } from './capacity/exclusion-tags.ts';
import { judgeLoss, judgeRoom } from './capacity/loss-judgements.ts';
import { type CapacityGuest, type NPlusOne, nPlusOne } from './capacity/n-plus-one.ts';
import { vcpuRatios } from './capacity/vcpu-ratio.ts';
import type { ClusterJudgement } from './cluster-check.ts';
import { type ClusterView, viewOf } from './maintenance/cluster-view.ts';
import { isOpen, obstaclesOf, type Placement, placementOf } from './maintenance/placement.ts';
import { ofRapi } from './rapi.ts';

/** What `muster capacity` asks of a running cluster. */
export const capacityCards = {
  loss: {
    id: 'capacity.loss',
    title: 'Every node can be lost and its guests started elsewhere',
    why:
      'By the memory that guests have now, and only on nodes whose CPU, QEMU and bridges take ' +
      'them. gnt-cluster verify counts the least memory, and any node.',
    rules: ['CAP-02', 'CAP-03'],
  },
  room: {
    id: 'capacity.room',
    title: 'Every node has room for what the loss of one other brings it',
    why: 'The other copies of the disks of one node are on few others; each must hold its share.',
    rules: ['CAP-01'],
  },
  vcpus: {
    id: 'capacity.vcpus',
    title: 'Virtual CPUs stay within the policy after the loss of any node',
    why: 'What fits by memory may crawl: after a failure all guests share fewer processors.',
    rules: ['CAP-04'],
  },
  tags: {
    id: 'capacity.exclusion-tags',
    title: 'Guests that exclude each other stay apart, and mirrors lie apart',
    why: 'Two guests of one exclusion tag, or both copies on one power feed, fail together.',
    rules: ['CAP-07'],
  },
} as const satisfies Record<string, CheckCard>;

/** The cards of all of them, for `muster checks`. */
export const capacityCardList: readonly CheckCard[] = Object.values(capacityCards);

/** What would become of the guests of one node that is lost. */
export interface Loss {
  node: string;
  placement: Placement;
}

export interface CapacityAnswer {
  schema: 1;
  cluster: string;
  findings: Finding[];
  /** null: it could not be worked out */
  nPlusOne: NPlusOne | null;
}

/** Whether the cluster bears the loss of any one node, as far as the reports tell. */
export function capacityAnswer(fleet: Fleet): CapacityAnswer {
  const { cluster, nodes, policy } = fleet;
  const asked = ofRapi(fleet.clusterFindings);
  const view = viewOf(nodes, policy);
  if (view.status === 'failed') {
    const message = view.error.message;
    const finding = findingOf(capacityCards.loss, { verdict: 'unknown', message });
    return { schema: 1, cluster, findings: [finding, ...asked], nPlusOne: null };
  }
  const losses = lossesIn(view.value);
  const answer = nPlusOne(losses.flatMap(guestsOf), roomsIn(losses));
  const findings = [
    ...judgeLoss(losses).map((one) => findingOf(capacityCards.loss, one)),
    ...judgeRoom(answer, losses).map((one) => findingOf(capacityCards.room, one)),
    ...vcpuRatios(view.value, losses).map((one) => findingOf(capacityCards.vcpus, one)),
    ...exclusionTags(view.value, losses).map((one) => findingOf(capacityCards.tags, one)),
    ...asked,
  ];
  return { schema: 1, cluster, findings, nPlusOne: answer };
}

function lossesIn(view: ClusterView): Loss[] {
  return view.nodes
    .filter(({ config }) => !config.offline)
    .map(({ name }) => ({ node: name, placement: placementOf(view, new Set([name]), true) }));
}

function guestsOf({ node, placement }: Loss): CapacityGuest[] {
  return placement.departures.flatMap(({ name, guest, targets }) => {
    if (guest.memoryBytes.status === 'failed') return [];
    const free = targets.filter((target) => obstaclesOf(target).length === 0);
    const mirrored = guest.redundancy === 'mirrored';
    const bytes = guest.memoryBytes.value;
    const uncertain = targets.some((target) => isOpen(target, placement.rooms));
    return [{ name, bytes, node, mirrored, uncertain, targets: free.map((one) => one.node) }];
  });
}

function roomsIn(losses: readonly Loss[]): Map<string, number> {
  const rooms = losses.flatMap(({ placement }) => [...placement.rooms]);
  return new Map(
    rooms.flatMap(([name, room]) => (room.status === 'ok' ? [[name, room.value]] : [])),
  );
}

function findingOf(card: CheckCard, { node, ...judgement }: ClusterJudgement): Finding {
  return { check: card.id, title: card.title, node: node ?? null, ...judgement };
}
