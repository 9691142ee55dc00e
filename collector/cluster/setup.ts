import type { ClusterCheck } from './cluster-check.ts';
import { capacitySetupChecks } from './setup/capacity.ts';
import { cpuSetupChecks } from './setup/cpu.ts';
import { drbdSetupChecks } from './setup/drbd.ts';
import { fileSetupChecks } from './setup/files.ts';
import { guestSetupChecks } from './setup/guests.ts';
import { memorySetupChecks } from './setup/memory.ts';
import { networkSetupChecks } from './setup/network.ts';
import { qemuSetupChecks } from './setup/qemu.ts';
import { rateSetupChecks } from './setup/rates.ts';
import { storageSetupChecks } from './setup/storage.ts';
import { virtualisationSetupChecks } from './setup/virtualisation.ts';
import { volumeSetupChecks } from './setup/volumes.ts';

/** What the configuration of a running cluster says, against what its nodes are. */
export const setupClusterChecks: ClusterCheck[] = [
  ...cpuSetupChecks,
  ...virtualisationSetupChecks,
  ...qemuSetupChecks,
  ...fileSetupChecks,
  ...memorySetupChecks,
  ...storageSetupChecks,
  ...volumeSetupChecks,
  ...drbdSetupChecks,
  ...rateSetupChecks,
  ...networkSetupChecks,
  ...guestSetupChecks,
  ...capacitySetupChecks,
];
