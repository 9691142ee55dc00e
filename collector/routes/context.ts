import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Fleet } from '../../shared/fleet.ts';
import type { GateResult } from '../../shared/gate.ts';
import { decideGate, standingGates } from '../cluster/gates.ts';
import type { FleetSource } from '../fleet-source.ts';
import type { Counters } from '../metrics.ts';
import type { Store, StoredToken } from '../store/store.ts';
import type { CpuAdvice } from '../web/cluster-page.ts';
import { mayRead } from './access.ts';
import { Problem } from './problem.ts';

/** The app as routes see it: schemas are zod, and types follow from them. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What routes work with. */
export interface Context {
  store: Store;
  fleets: FleetSource;
  counters: Counters;
  now(): Date;
  /** the recommended cpu_type of a fleet; without it the page has no such part */
  advise?: (fleet: Fleet) => CpuAdvice[];
}

/** A cluster judged, with the answer of every gate. */
export interface ClusterView {
  fleet: Fleet;
  gates: GateResult[];
}

export const clusterParams = z.object({ cluster: z.string().min(1).max(253) });
export const nodeParams = clusterParams.extend({ node: z.string().min(1).max(253) });

/** The cluster as it stands now; a cluster nobody spoke of is a problem `not_found`. */
export async function fleetOf(context: Context, cluster: string): Promise<Fleet> {
  const fleet = await context.fleets.fleet(cluster, context.now());
  if (fleet === null) throw new Problem('not_found', `there is no cluster "${cluster}"`);
  return fleet;
}

/** The cluster with every gate decided. */
export async function viewOf(context: Context, cluster: string): Promise<ClusterView> {
  const fleet = await fleetOf(context, cluster);
  return { fleet, gates: standingGates.map((gate) => decideGate(gate, fleet)) };
}

/** Every cluster that the credential reaches. */
export async function viewsFor(
  context: Context,
  credential: StoredToken | null,
): Promise<ClusterView[]> {
  const clusters = await context.store.clusters();
  const readable = clusters.filter((cluster) => mayRead(credential, cluster));
  return Promise.all(readable.map((cluster) => viewOf(context, cluster)));
}
