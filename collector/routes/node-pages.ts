import { z } from 'zod';
import type { Store } from '../store/store.ts';
import { type DriftView, type NodeHistory, spans } from '../web/node-history.ts';
import { nodePage } from '../web/node-page.ts';
import { type App, type Context, nodeParams, recentViewOf } from './context.ts';
import { driftOf, type NodeName } from './drift.ts';
import { sendPage } from './page-reply.ts';
import { Problem } from './problem.ts';
import { idParam } from './schemas.ts';

const DAY_MS = 24 * 3_600_000;
/** What is shown of the past; the API has all of it. */
const CHANGES_MAX = 30;
/** Two days of a report every quarter of an hour; whoever wants older ones asks on. */
const REPORTS_MAX = 200;

const query = z.object({
  days: z.coerce.number().pipe(z.literal(spans)).catch(30),
  from: idParam.id.optional().catch(undefined),
  to: idParam.id.optional().catch(undefined),
  before: idParam.id.optional().catch(undefined),
});

type Wanted = z.infer<typeof query>;

/** The page of a node. */
export function nodePageRoutes(app: App, context: Context): void {
  app.get(
    '/clusters/:cluster/nodes/:node',
    { config: { access: 'page' }, schema: { hide: true, params: nodeParams, querystring: query } },
    async (request, reply) => {
      const { params } = request;
      const { fleet } = await recentViewOf(context, params.cluster);
      const node = fleet.nodes.find((one) => one.node === params.node);
      if (node === undefined) throw new Problem('not_found', `there is no node "${params.node}"`);
      const history = await historyOf(context, params, request.query);
      return sendPage(request, reply, { page: nodePage({ fleet, node, history }) });
    },
  );
}

async function historyOf(
  { store, now }: Context,
  { cluster, node }: NodeName,
  wanted: Wanted,
): Promise<NodeHistory> {
  const since = new Date(now().getTime() - wanted.days * DAY_MS);
  return {
    days: wanted.days,
    changes: await store.standingHistory(cluster, node, CHANGES_MAX),
    series: await store.series(cluster, node, since),
    drift: await driftView(store, { cluster, node }, wanted),
  };
}

async function driftView(store: Store, of: NodeName, wanted: Wanted): Promise<DriftView> {
  const { before } = wanted;
  const page = { ...(before === undefined ? {} : { before }), limit: REPORTS_MAX };
  const reports = await store.history(of.cluster, of.node, page);
  const olderThan = reports.length < REPORTS_MAX ? null : (reports.at(-1)?.id ?? null);
  const ids = await chosen(store, of, wanted);
  const pair = ids && (await driftOf(store, of, ids));
  if (pair === null) return { reports, olderThan, between: null };
  const known = new Map(reports.map((report) => [report.id, report]));
  for (const one of [pair.from, pair.to]) known.set(one.id, one);
  const all = [...known.values()];
  all.sort((one, other) => other.collectedAt.getTime() - one.collectedAt.getTime());
  return { reports: all, olderThan, between: pair };
}

async function chosen(store: Store, of: NodeName, { from, to }: Wanted) {
  if (from !== undefined && to !== undefined) return { from, to };
  return store.lastChange(of.cluster, of.node);
}
