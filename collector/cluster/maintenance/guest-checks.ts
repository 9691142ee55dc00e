import type { InstanceConfig } from '../../../shared/facts/ganeti-config.ts';
import { fail, pass, skip, unknown } from '../../../shared/judgement.ts';
import { formatBytes } from '../../../shared/units.ts';
import { counted, listed } from '../../../shared/wording.ts';
import type { ClusterJudgement } from '../cluster-check.ts';
import { judgePlaces } from './guest-places.ts';
import type { Maintenance, MaintenanceCheck } from './maintenance-check.ts';
import { type Departure, isOpen, obstaclesOf, type Target } from './placement.ts';
import { type Obstacle, restartObstacles } from './target.ts';

/** Whether every guest of the nodes has somewhere to go. */
export const guestChecks: MaintenanceCheck[] = [
  {
    id: 'maintenance.guests',
    title: 'What runs on the nodes is what Ganeti has there',
    why:
      'A guest that Ganeti holds for stopped, or has elsewhere, is moved by no command and dies ' +
      'with the node.',
    rules: ['GATE-03'],
    judge: judgePlaces,
  },
  {
    id: 'maintenance.targets',
    title: 'Every guest has an online node that can run it as it was started',
    why:
      'A migration ships the command line of the start: its CPU, machine type and options must ' +
      'be what the QEMU of the target takes. Ganeti says "should be safe" and does not look.',
    rules: ['GATE-03', 'QEMU-03'],
    judge: (maintenance) =>
      judgeDepartures(maintenance, {
        obstacles: ({ fit }) => fit,
        asked: () => true,
        expected: 'can take it',
        remedy: 'gnt-instance replace-disks to a node that fits, or stop and start it anew',
      }),
  },
  {
    id: 'maintenance.fitness',
    title: 'The nodes that take the guests can start one',
    why: 'gnt-cluster verify does not open /dev/kvm: a guest arrives and crawls, or never starts.',
    rules: ['GATE-03'],
    judge: (maintenance) =>
      judgeDepartures(maintenance, {
        obstacles: ({ ready }) => ready,
        asked: ({ fit }) => verdictOf(fit) !== 'not',
        expected: 'can start a guest',
        remedy: 'mend it there: see virtualisation.*, qemu.present, ganeti.daemons of that node',
      }),
  },
  {
    id: 'maintenance.attachments',
    title: 'The targets have the bridges, VLANs, files and devices of the guests',
    why:
      'A forgotten ISO is a top cause of migrations that fail, and a bridge that is not ' +
      'VLAN-aware one of guests that lose their network.',
    rules: ['GATE-05', 'QEMU-14'],
    judge: (maintenance) =>
      judgeDepartures(maintenance, {
        obstacles: ({ attached }) => attached,
        asked: ({ fit }) => verdictOf(fit) !== 'not',
        expected: 'has what hangs on it',
        remedy: 'make the bridge or file there, or take it off: gnt-instance modify',
      }),
  },
  {
    id: 'maintenance.memory',
    title: 'The memory of the targets holds all moves, one after the other',
    why:
      'Each guest alone may fit where all of them do not; Ganeti looks at one at a time, and ' +
      'gives a guest less memory to make it fit.',
    rules: ['GATE-04', 'MEM-07'],
    judge: judgeMemory,
  },
  {
    id: 'maintenance.downtime',
    title: 'No guest has to stop for want of a second node',
    why:
      'A plain or file disk is on one node only: its guest is down as long as the node. Agree ' +
      'with its owner, then waive this for the guest.',
    rules: ['GATE-03'],
    judge: judgeDowntime,
  },
  {
    id: 'maintenance.restart',
    title: 'Guests that have to stop can start again on their node',
    why:
      'A guest that runs shows nothing of a parameter that was changed since, such as a cpu_type ' +
      'that no QEMU knows: it stops as agreed, and does not come back.',
    rules: ['GATE-03', 'QEMU-03'],
    judge: judgeRestart,
  },
];

interface Stage {
  obstacles(target: Target): readonly Obstacle[];
  /** whether a target is still asked at this stage */
  asked(target: Target): boolean;
  expected: string;
  remedy: string;
}

function judgeDepartures({ placement }: Maintenance, stage: Stage): ClusterJudgement[] {
  const { departures } = placement;
  if (departures.length === 0) return [skip('no guest has to be moved')];
  const judged = departures.map((one) => judgeDeparture(one, stage));
  const faults = judged.filter((one) => one !== null);
  if (faults.length > 0) return faults;
  return [pass(`${counted(departures.length, 'guest')}, each with a target`)];
}

/** One stage for itself; that one target is clear at every stage is asked with the memory. */
function judgeDeparture(departure: Departure, stage: Stage): ClusterJudgement | null {
  const { name, guest } = departure;
  const targets = departure.targets.filter((target) => stage.asked(target));
  const verdicts = targets.map((target) => verdictOf(stage.obstacles(target)));
  // a guest without any target is told of by the first stage alone
  if (targets.length === 0 && departure.targets.length > 0) return null;
  if (verdicts.includes('ok')) return null;
  const why = targets.map((target) => {
    const texts = stage.obstacles(target).map(({ text }) => text);
    return `${target.node}: ${listed([...new Set(texts)])}`;
  });
  const where = why.length === 0 ? `no other node holds its disks` : why.join('; ');
  const message = `${name} (${guest.instance.diskTemplate}): ${clip(where)}`;
  if (verdicts.includes('unknown')) return { ...unknown(message), subject: name };
  return {
    ...fail(`${message}; expected one that ${stage.expected}`, stage.remedy),
    subject: name,
  };
}

function verdictOf(obstacles: readonly Obstacle[]): 'ok' | 'unknown' | 'not' {
  if (obstacles.some(({ verdict }) => verdict === 'not')) return 'not';
  return obstacles.length > 0 ? 'unknown' : 'ok';
}

/** Of many targets the reasons are alike; a message is for people. */
const REASONS_MAX = 280;

function clip(text: string): string {
  return text.length > REASONS_MAX ? `${text.slice(0, REASONS_MAX)}…` : text;
}

function judgeMemory({ placement }: Maintenance): ClusterJudgement[] {
  const { departures, packing, unpacked, rooms } = placement;
  if (departures.length === 0) return [skip('no guest has to be moved')];
  if (packing.state !== 'fits') {
    const { name, bytes, targets } = packing.stuck;
    const left = targets.map((target) => `${target} ${roomText(rooms.get(target))} free`);
    const message = `${name} needs ${formatBytes(bytes)} and finds no room beside the others`;
    const where = `${message}: ${listed(left)}`;
    const mayFit = departures.some(({ targets: all }) => all.some((one) => isOpen(one, rooms)));
    const open = packing.state === 'given-up' || mayFit;
    if (open) return [{ ...unknown(`${where}; not all ways were tried`), subject: name }];
    const remedy = 'drain fewer nodes at a time, make room: hbal -L, or stop guests';
    return [{ ...fail(where, remedy), subject: name }];
  }
  const wanting = departures.filter((one) => unpacked.includes(one.name) && !isToldOf(one));
  if (wanting.length > 0) return wanting.map((one) => untold(one, rooms));
  const total = packing.placed.reduce((sum, { bytes }) => sum + bytes, 0);
  const guests = counted(packing.placed.length, 'guest');
  return [pass(`${guests} of ${formatBytes(total)} in all find room, move by move`)];
}

/** Whether one of the checks of the targets says it already. */
function isToldOf({ targets }: Departure): boolean {
  const asked = targets.filter(({ fit }) => verdictOf(fit) !== 'not');
  const isOk = (obstacles: readonly Obstacle[]) => verdictOf(obstacles) === 'ok';
  return (
    !targets.some(({ fit }) => isOk(fit)) ||
    !asked.some(({ ready }) => isOk(ready)) ||
    !asked.some(({ attached }) => isOk(attached))
  );
}

function clear(target: Target): boolean {
  return obstaclesOf(target).length === 0;
}

function untold({ name, guest, targets }: Departure, rooms: Maintenance['placement']['rooms']) {
  const reasons = targets.filter(clear).flatMap(({ node }) => {
    const room = rooms.get(node);
    return room?.status === 'failed' ? [room.error.message] : [];
  });
  const own = guest.memoryBytes.status === 'failed' ? [guest.memoryBytes.error.message] : [];
  const why = [...own, ...reasons];
  const message = why.length > 0 ? listed(why) : `${name}: no target is known to have all it needs`;
  return { ...unknown(message), subject: name };
}

function roomText(room: ReturnType<Maintenance['placement']['rooms']['get']>): string {
  return room?.status === 'ok' ? formatBytes(room.value) : 'unknown';
}

function judgeDowntime({ placement }: Maintenance): ClusterJudgement[] {
  const { stopping } = placement;
  if (stopping.length === 0) return [pass('every guest that runs there can be moved')];
  return stopping.map(({ name, instance }) => ({
    ...fail(
      `${name} (${instance.diskTemplate}, ${ownerOf(instance)}) runs on ${instance.primaryNode} ` +
        'alone and has to stop',
      'agree on a downtime with its owner and waive this for it, or move its disks first',
    ),
    subject: name,
  }));
}

function ownerOf({ tags }: InstanceConfig): string {
  return tags.length === 0 ? 'no tag names an owner' : `tags ${listed(tags)}`;
}

function judgeRestart({ placement, view }: Maintenance): ClusterJudgement[] {
  const { stopping } = placement;
  if (stopping.length === 0) return [skip('no guest has to stop')];
  const judged = stopping.flatMap((guest): ClusterJudgement[] => {
    const node = view.nodes.find(({ name }) => name === guest.instance.primaryNode);
    const obstacles = node === undefined ? [] : restartObstacles(node, guest, view);
    const why = listed(obstacles.map(({ text }) => text));
    const found = `${guest.name} would not start again: ${why}`;
    const verdict = verdictOf(obstacles);
    if (verdict === 'ok') return [];
    const remedy = 'gnt-instance modify -H, or gnt-cluster modify -H, to what the node has';
    const told = verdict === 'not' ? fail(found, remedy) : unknown(found);
    return [{ ...told, subject: guest.name }];
  });
  return judged.length > 0 ? judged : [pass(`${counted(stopping.length, 'guest')} can`)];
}
