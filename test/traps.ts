import type { VisibleTrap } from './trap-cluster.ts';
import { trapsOfClusters } from './traps-of-clusters.ts';
import { trapsOfHosts } from './traps-of-hosts.ts';
import { trapsOfNetwork } from './traps-of-network.ts';

/** A trap that no file of a node shows, and why not. */
export interface UnseenTrap {
  trap: number;
  why: string;
}

/** Every trap that the files of a node show, before there is a cluster or after. */
export const visibleTraps: readonly VisibleTrap[] = [
  ...trapsOfNetwork,
  ...trapsOfHosts,
  ...trapsOfClusters,
];

/** The others. */
export const unseenTraps: UnseenTrap[] = [
  {
    trap: 5,
    why: 'A way to choose a model, and no state of a node: muster cpu-type asks each QEMU instead.',
  },
  { trap: 16, why: 'Options of a command that is typed, of which no file tells.' },
  { trap: 17, why: 'A command that does not exist; it leaves nothing behind.' },
  { trap: 21, why: 'How far to trust gnt-cluster verify; what it does not see is found above.' },
  { trap: 26, why: 'Who takes over is done by hand, when it is needed.' },
  { trap: 27, why: 'A test that was not made leaves no trace; the answers say predicted.' },
];
