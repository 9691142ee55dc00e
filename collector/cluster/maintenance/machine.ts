import { parseMachine } from '../../../shared/cpu/machines.ts';
import type { End } from '../cpu/migration-cell.ts';
import { defaultOf } from '../machine-version.ts';
import type { RunningGuest } from './guest.ts';
import type { Obstacle } from './target.ts';
import type { ViewNode } from './view-node.ts';

/**
 * Why the machine of a running guest would be missing, or another one, on the target. That the
 * target has the name is not enough: pc, q35 and none at all are what each QEMU takes them for.
 */
export function machineObstacles(
  target: ViewNode,
  from: ViewNode,
  { arguments: { machine }, deleted }: RunningGuest,
): Obstacle[] {
  if (machine !== null && parseMachine(machine) !== null) return versioned(machine, target);
  const given = machine ?? 'the default machine';
  const here = meant(machine, from.end);
  const there = meant(machine, target.end);
  if (here === null || there === null) return unknown(`what ${given} is there is not known`);
  // the QEMU that runs is not the one on the disk, which was asked
  if (deleted !== false) return unknown(`what ${given} was when it was started is not known`);
  if (here === there) return [];
  return [{ verdict: 'not', text: `${given} is ${there} there, and the guest has ${here}` }];
}

/** Between nodes that are alike too: what the guest was started by may be replaced on both. */
function versioned(machine: string, { end }: ViewNode): Obstacle[] {
  const machines = end?.machines ?? null;
  if (machines === null) return unknown('its machine types are not known');
  if (machines.some(({ name }) => name === machine)) return [];
  return [{ verdict: 'not', text: `its QEMU has no machine type ${machine}` }];
}

/** The name behind a name: itself where it is no alias; null: not known, or no such machine. */
function meant(machine: string | null, end: End | null): string | null {
  const machines = end?.machines ?? null;
  const name = machine ?? (machines && defaultOf(machines));
  const found = machines?.find((one) => one.name === name);
  return found === undefined ? null : (found.aliasOf ?? found.name);
}

function unknown(text: string): Obstacle[] {
  return [{ verdict: 'unknown', text }];
}
