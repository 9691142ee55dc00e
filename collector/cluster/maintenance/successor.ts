import { known } from '../../../shared/evidence.ts';
import { memberOf } from './cluster-view.ts';
import type { Maintenance } from './maintenance-check.ts';
import { reading, type ViewNode } from './view-node.ts';

/** Who is to be the master while the present one is down. */
export interface Successor {
  /** a candidate that stays up and whose noded runs, the first by name */
  ready: ViewNode | null;
  /** candidates that may be ready, and did not tell */
  silent: string[];
}

/** Of the candidates that stay, one that could take over now. */
export function successorOf({ view, down }: Maintenance): Successor {
  const candidates = view.nodes
    .filter(({ name, config }) => {
      const { masterCandidate, masterCapable, offline, drained } = config;
      return masterCandidate && masterCapable && !offline && !drained && !down.has(name);
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const asked = candidates.map((node) => ({ node, running: reading(() => nodedRuns(node)) }));
  const ready = asked.find(({ running }) => running.status === 'ok' && running.value);
  const silent = asked.filter(({ running }) => running.status === 'failed');
  return { ready: ready?.node ?? null, silent: silent.map(({ node }) => node.name) };
}

/** Whether the daemon runs that does on a node what the master asks. */
export function nodedRuns({ name, report }: ViewNode): boolean {
  const member = report && memberOf(report);
  const error = { kind: 'other', message: `${name}: no report as a member`, source: null } as const;
  const daemons = known(member?.daemons ?? { status: 'failed', error });
  return daemons.some((one) => one.name === 'ganeti-noded' && one.running);
}
