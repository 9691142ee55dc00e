import { addressesClusterChecks } from './addresses.ts';
import type { ClusterCheck } from './cluster-check.ts';
import { cpuClusterChecks } from './cpu-checks.ts';
import { drbdClusterChecks } from './drbd.ts';
import { fleetClusterChecks } from './fleet.ts';
import { ganetiClusterChecks } from './ganeti.ts';
import { memoryClusterChecks } from './memory.ts';
import { namesClusterChecks } from './names.ts';
import { nodesClusterChecks } from './nodes.ts';
import { osClusterChecks } from './os.ts';
import { peersClusterChecks } from './reachability.ts';
import { setupClusterChecks } from './setup.ts';
import { storageClusterChecks } from './storage.ts';
import { sysctlClusterChecks } from './sysctls.ts';

/** All checks across nodes, in the order people read them. */
export const clusterChecks: readonly ClusterCheck[] = [
  ...nodesClusterChecks,
  ...fleetClusterChecks,
  ...namesClusterChecks,
  ...addressesClusterChecks,
  ...peersClusterChecks,
  ...cpuClusterChecks,
  ...osClusterChecks,
  ...sysctlClusterChecks,
  ...storageClusterChecks,
  ...drbdClusterChecks,
  ...memoryClusterChecks,
  ...ganetiClusterChecks,
  ...setupClusterChecks,
];
