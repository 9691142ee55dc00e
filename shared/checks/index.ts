import type { Check } from '../check.ts';
import { cpuChecks } from './cpu.ts';
import { drbdChecks } from './drbd.ts';
import { ganetiChecks } from './ganeti.ts';
import { guestsChecks } from './guests.ts';
import { memoryChecks } from './memory.ts';
import { namesChecks } from './names.ts';
import { networkChecks } from './network.ts';
import { osChecks } from './os.ts';
import { peersChecks } from './peers.ts';
import { qemuChecks } from './qemu.ts';
import { securityChecks } from './security.ts';
import { storageChecks } from './storage.ts';
import { timeChecks } from './time.ts';
import { virtualisationChecks } from './virtualisation.ts';

/** Every check of one node, in the order people read them. */
export const checks: readonly Check[] = [
  ...cpuChecks,
  ...virtualisationChecks,
  ...qemuChecks,
  ...memoryChecks,
  ...osChecks,
  ...storageChecks,
  ...networkChecks,
  ...drbdChecks,
  ...namesChecks,
  ...timeChecks,
  ...peersChecks,
  ...ganetiChecks,
  ...guestsChecks,
  ...securityChecks,
];
