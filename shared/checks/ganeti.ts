import type { Check } from '../check.ts';
import { certificates, clientCertificate } from './ganeti/certificates.ts';
import {
  candidates,
  hypervisors,
  iallocator,
  nodeFlags,
  ownMaster,
  upgrade,
} from './ganeti/configuration.ts';
import { daemons } from './ganeti/daemons.ts';
import { jobFiles, jobs, queueOpen } from './ganeti/queue.ts';
import { verifyRun } from './ganeti/verify-run.ts';
import { quorum, voting } from './ganeti/voting.ts';
import { watcher } from './ganeti/watcher.ts';

/** Ganeti on a node of a running cluster; a node in no cluster is asked nothing of it. */
export const ganetiChecks: Check[] = [
  daemons,
  certificates,
  clientCertificate,
  voting,
  quorum,
  candidates,
  queueOpen,
  jobs,
  jobFiles,
  watcher,
  verifyRun,
  hypervisors,
  iallocator,
  nodeFlags,
  ownMaster,
  upgrade,
];
