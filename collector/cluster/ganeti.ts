import type { ClusterCheck } from './cluster-check.ts';
import { managedFiles } from './ganeti/managed-files.ts';
import { master, members, offlineNodes, spareCandidate } from './ganeti/membership.ts';
import { verifyFindings } from './ganeti/verify-findings.ts';

/** Whether the nodes of a running cluster agree on it, and what Ganeti itself found. */
export const ganetiClusterChecks: ClusterCheck[] = [
  members,
  master,
  spareCandidate,
  offlineNodes,
  managedFiles,
  verifyFindings,
];
