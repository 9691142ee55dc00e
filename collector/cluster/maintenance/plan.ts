import { shellWord } from '../../../shared/cpu/cpu-type.ts';
import type { MaintenancePlan, PlanPhase, PlanStep } from '../../../shared/maintenance-plan.ts';
import { formatBytes } from '../../../shared/units.ts';
import { bandwidthOf, moveMs } from './duration.ts';
import type { PlacedGuest } from './guest.ts';
import { downNodes, type Maintenance } from './maintenance-check.ts';
import type { Placed } from './packing.ts';
import { successorOf } from './successor.ts';
import type { ViewNode } from './view-node.ts';

/** The commands of a maintenance in their order, there and back; null while not all can move. */
export function planOf(maintenance: Maintenance): MaintenancePlan | null {
  const { packing, unpacked } = maintenance.placement;
  if (packing.state !== 'fits' || unpacked.length > 0) return null;
  const moves = packing.placed.flatMap((placed) => moveOf(placed, maintenance));
  const expectedMs = moves.reduce((sum, { expectedMs: ms }) => sum + (ms ?? 0), 0);
  const steps = [
    ...preparing(maintenance, expectedMs),
    ...moves,
    ...goingDown(maintenance),
    ...returning(maintenance),
    ...restoring(maintenance),
  ];
  return { drain: [...maintenance.down].sort(), steps, expectedMs, notes: notesOf(maintenance) };
}

/** Who is the master when the guests are moved, and stays it. */
function masterOf(maintenance: Maintenance): string {
  const { masterNode } = maintenance.view.config.cluster;
  if (!maintenance.down.has(masterNode)) return masterNode;
  return successorOf(maintenance).ready?.name ?? masterNode;
}

function step(
  maintenance: Maintenance,
  phase: PlanPhase,
  { command, reason }: Pick<PlanStep, 'command' | 'reason'>,
): PlanStep {
  return { phase, on: masterOf(maintenance), command, reason, expectedMs: null };
}

/** Neither drained nor offline before, so that it takes new guests until it is told not to. */
function isOpen({ config }: ViewNode): boolean {
  return !config.drained && !config.offline;
}

/** The moves may take twice as long as worked out, and the work itself some hours. */
const PAUSE_FACTOR = 2;
const WORK_HOURS = 2;
const HOUR_MS = 3_600_000;

function preparing(maintenance: Maintenance, movesMs: number): PlanStep[] {
  const { view, down, now } = maintenance;
  const hours = WORK_HOURS + Math.ceil((movesMs * PAUSE_FACTOR) / HOUR_MS);
  const until = new Date(now.getTime() + hours * HOUR_MS).toISOString();
  const { masterNode } = view.config.cluster;
  return [
    ...(down.has(masterNode)
      ? [
          step(maintenance, 'prepare', {
            command: 'gnt-cluster master-failover',
            reason: `${masterNode} is the master; given on the node that becomes it`,
          }),
        ]
      : []),
    step(maintenance, 'prepare', {
      command: `gnt-cluster watcher pause ${hours}h`,
      reason: `so that nothing is restarted meanwhile; it ends by itself, begun now at ${until}`,
    }),
    ...downNodes(maintenance)
      .filter(isOpen)
      .map(({ name, config }) => {
        const promote = config.masterCandidate ? ' --auto-promote' : '';
        return step(maintenance, 'prepare', {
          command: `gnt-node modify --drained=yes${promote} ${shellWord(name)}`,
          reason: 'no new guest is put there; a candidate loses that flag with it',
        });
      }),
  ];
}

function moveOf({ name, target, bytes }: Placed, maintenance: Maintenance): PlanStep[] {
  const { placement, view } = maintenance;
  const departure = placement.departures.find((one) => one.name === name);
  const node = view.nodes.find((one) => one.name === target);
  if (departure === undefined || node === undefined) return [];
  const { way, guest, from } = departure;
  const stops = guest.process.status === 'ok' && guest.process.value !== null;
  const how = way === 'migrate' ? 'it runs on' : stops ? 'it stops and starts' : 'it starts';
  return [
    {
      ...step(maintenance, 'move', {
        command: way === 'migrate' ? migration(guest, target) : failover(guest, target),
        reason: `${formatBytes(bytes)} from ${from.name} to ${target}; ${how}`,
      }),
      expectedMs: moveMs(departure, node, view),
    },
  ];
}

function migration(guest: PlacedGuest, target: string): string {
  const held = '--no-runtime-changes';
  return `gnt-instance migrate -f ${held}${to(guest, target)} ${shellWord(guest.name)}`;
}

function failover(guest: PlacedGuest, target: string): string {
  return `gnt-instance failover -f${to(guest, target)} ${shellWord(guest.name)}`;
}

/** Mirrored disks have one other node, which Ganeti takes and does not let be named. */
function to({ redundancy }: PlacedGuest, target: string): string {
  return redundancy === 'shared' ? ` -n ${shellWord(target)}` : '';
}

function goingDown(maintenance: Maintenance): PlanStep[] {
  const { placement } = maintenance;
  return [
    ...placement.stopping.map(({ name, instance }) =>
      step(maintenance, 'down', {
        command: `gnt-instance shutdown ${shellWord(name)}`,
        reason: `its ${instance.diskTemplate} disk is on this node alone: a downtime was agreed on`,
      }),
    ),
    ...downNodes(maintenance)
      .filter(({ config }) => !config.offline)
      .map(({ name }) =>
        step(maintenance, 'down', {
          command: `gnt-node modify --offline=yes ${shellWord(name)}`,
          reason: 'Ganeti then waits for no answer of it; the work can begin',
        }),
      ),
  ];
}

function returning(maintenance: Maintenance): PlanStep[] {
  const { placement } = maintenance;
  const nodes = downNodes(maintenance);
  const say = (command: string, reason: string) => step(maintenance, 'return', { command, reason });
  const mirrored = placement.packing.state === 'fits' && hasMirror(maintenance);
  return [
    ...nodes.map(({ name }) =>
      say(
        // without -f it asks, and off a terminal takes that for a no
        `gnt-node modify -f --offline=no --drained=no ${shellWord(name)}`,
        'it is up again and its noded answers; after days away rather: gnt-node add --readd',
      ),
    ),
    ...nodes
      .filter(({ config }) => config.masterCandidate)
      .map(({ name }) =>
        say(
          `gnt-node modify --master-candidate=yes ${shellWord(name)}`,
          'it was a candidate before; it is sent the history of jobs now',
        ),
      ),
    ...(mirrored
      ? [say('gnt-cluster verify-disks', 'activates its disks again; wait until DRBD is in sync')]
      : []),
    ...placement.stopping.map(({ name }) =>
      say(`gnt-instance startup ${shellWord(name)}`, 'it was stopped for the work'),
    ),
    say('gnt-cluster watcher continue', 'the pause is over'),
    say('gnt-cluster verify --error-codes', 'then: muster verify --gate maintenance --after'),
  ];
}

/** Only what moved without a stop is moved back: of the others another stop would be asked. */
function restoring(maintenance: Maintenance): PlanStep[] {
  const { placement } = maintenance;
  const say = (command: string, reason: string) =>
    step(maintenance, 'restore', { command, reason });
  const moved = placement.departures.filter(({ way }) => way === 'migrate');
  return [
    ...moved.map(({ guest, from }) => say(migration(guest, from.name), `back to ${from.name}`)),
    ...groupsOf(maintenance).map((group) =>
      say(`hbal -L -G ${shellWord(group)}`, 'shows how to spread guests better; -X does it'),
    ),
  ];
}

function hasMirror({ view, down }: Maintenance): boolean {
  return view.guests.some(
    ({ redundancy, instance }) =>
      redundancy === 'mirrored' &&
      [instance.primaryNode, ...instance.secondaryNodes].some((name) => down.has(name)),
  );
}

function groupsOf(maintenance: Maintenance): string[] {
  return [...new Set(downNodes(maintenance).map(({ config }) => config.group))].sort();
}

function notesOf(maintenance: Maintenance): string[] {
  const { view, placement, down } = maintenance;
  const [first] = placement.departures;
  const { masterNode } = view.config.cluster;
  const moved = down.has(masterNode)
    ? [
        `${masterOf(maintenance)} stays the master; to give that back, on ${masterNode}: ` +
          'gnt-cluster master-failover',
      ]
    : [];
  const staying = placement.staying.map(({ name }) => name);
  const stopped =
    staying.length === 0
      ? []
      : [`they are stopped, stay there and cannot be started meanwhile: ${staying.join(', ')}`];
  if (first === undefined) return [...moved, ...stopped];
  const rate = formatBytes(bandwidthOf(view, first));
  return [
    `durations are memory over ${rate}/s (migration_bandwidth) or the slower link; to each move ` +
      'Ganeti adds some seconds',
    'a guest that writes its memory faster than that does not come to an end: look at gnt-job ' +
      'info, and raise migration_bandwidth or migration_downtime',
    ...moved,
    ...stopped,
  ];
}
