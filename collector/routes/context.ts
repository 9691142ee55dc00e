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
import type { AnswerBook } from '../cluster-answers.ts';
import type { ClusterView } from '../cluster-view.ts';
import type { CpuAdvice } from '../cpu-advice.ts';
import type { FleetSource } from '../fleet-source.ts';
import type { Counters } from '../metrics.ts';
import type { Store, StoredToken } from '../store/store.ts';
import type { EventCounters } from '../webhook/figures.ts';
import type { Target } from '../webhook/target.ts';
import { mayRead } from './access.ts';
import { JUDGING_WAIT_MS, judgedInTime } from './judged-in-time.ts';
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
  /** what is announced, and what became of its deliveries */
  events: EventCounters;
  /** who is told of what is announced */
  webhook?: Target;
  now(): Date;
  /** a person must approve what enrolled before it may deliver */
  approval: boolean;
  /** what a cluster's page shows beside its gates */
  answers: AnswerBook;
  /** the recommended cpu_type of a fleet; without it the page has no such part */
  advise?: (fleet: Fleet) => CpuAdvice[];
  /** how long a request waits for a judgement */
  judgingWaitMs?: number;
}

export const clusterParams = z.object({ cluster: z.string().min(1).max(253) });
export const nodeParams = clusterParams.extend({ node: z.string().min(1).max(253) });

/** The cluster as it stands now; a cluster nobody spoke of is a problem `not_found`. */
export async function fleetOf(context: Context, cluster: string): Promise<Fleet> {
  return (await viewOf(context, cluster)).fleet;
}

/** The cluster with every gate decided. */
export async function viewOf(context: Context, cluster: string): Promise<ClusterView> {
  return inTime(context, cluster, context.fleets.view(cluster, context.now()));
}

/** The same for people, who rather have the last answer at once than the next one later. */
export async function recentViewOf(context: Context, cluster: string): Promise<ClusterView> {
  return inTime(context, cluster, context.fleets.recentView(cluster, context.now()));
}

async function inTime(
  { judgingWaitMs = JUDGING_WAIT_MS }: Context,
  cluster: string,
  judged: Promise<ClusterView | null>,
): Promise<ClusterView> {
  const view = await judgedInTime(cluster, judged, judgingWaitMs);
  if (view === null) throw new Problem('not_found', `there is no cluster "${cluster}"`);
  return view;
}

/** Every cluster that the credential reaches, each by `view`. */
export async function viewsFor(
  context: Context,
  credential: StoredToken | null,
  view: typeof viewOf = viewOf,
): Promise<ClusterView[]> {
  const clusters = await context.store.clusters();
  const readable = clusters.filter((cluster) => mayRead(credential, cluster));
  return Promise.all(readable.map((cluster) => view(context, cluster)));
}
