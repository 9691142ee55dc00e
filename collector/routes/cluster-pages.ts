import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { answerOfGate } from '../../shared/answer.ts';
import { verdicts } from '../../shared/check.ts';
import { renderHtml } from '../../shared/render/html.ts';
import { decideGate } from '../cluster/decision.ts';
import { findGate, gates } from '../cluster/gates.ts';
import { clusterPage } from '../web/cluster-page.ts';
import { type ClusterCard, type ClusterProblem, fleetPage } from '../web/fleet-page.ts';
import { mayRead } from './access.ts';
import { type App, type Context, clusterParams, fleetOf, recentViewOf } from './context.ts';
import { sendPage } from './page-reply.ts';
import { Problem } from './problem.ts';

const config = { access: 'page' } as const;
const DAY_MS = 24 * 3_600_000;

const word = z.string().max(253).default('');
const filterQuery = z.object({
  verdict: z.enum([...verdicts, 'waived', '']).default(''),
  group: word,
  node: word,
  q: word,
});

/** The front page, a cluster's page, and its report to take away. */
export function clusterPageRoutes(app: App, context: Context): void {
  app.get('/', { config, schema: { hide: true } }, async (request, reply) => {
    const cards = await cardsFor(context, request);
    return sendPage(request, reply, { page: fleetPage(cards, context.now()) });
  });

  app.get(
    '/clusters/:cluster',
    { config, schema: { hide: true, params: clusterParams, querystring: filterQuery } },
    async (request, reply) => {
      const { cluster } = request.params;
      const view = await recentViewOf(context, cluster);
      const changes = await changesOf(context, cluster);
      const answers = context.answers(view);
      const page = clusterPage({ ...view, ...answers, changes, filter: request.query });
      return sendPage(request, reply, { page });
    },
  );

  app.get(
    '/clusters/:cluster/report.html',
    {
      config,
      schema: { hide: true, params: clusterParams, querystring: z.object({ gate: z.string() }) },
    },
    async (request, reply) => {
      const { cluster } = request.params;
      const gate = findGate(request.query.gate);
      if (gate === undefined) {
        const known = gates.map((one) => one.id).join(', ');
        throw new Problem('invalid_request', `gate: there are ${known}`, { path: 'gate' });
      }
      const answer = answerOfGate(decideGate(gate, await fleetOf(context, cluster)));
      const name = `${cluster}-${gate.id}-${answer.at.slice(0, 10)}.html`;
      return reply
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-store')
        .header('content-disposition', `attachment; filename="${fileName(name)}"`)
        .send(renderHtml(answer, reportOptions));
    },
  );
}

const reportOptions = { color: false, verbose: false, failOn: 'fail' } as const;

/** A cluster may be called anything; a header and a file may not. */
function fileName(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, '-');
}

/** One cluster that cannot be judged hides no other. */
async function cardsFor(
  context: Context,
  { credential, log }: FastifyRequest,
): Promise<(ClusterCard | ClusterProblem)[]> {
  const clusters = await context.store.clusters();
  const readable = clusters.filter((cluster) => mayRead(credential, cluster));
  return Promise.all(
    readable.map((cluster) =>
      cardOf(context, cluster).catch((error: unknown) => {
        log.error({ err: error }, `${cluster} was not judged`);
        return { cluster, problem: error instanceof Error ? error.message : String(error) };
      }),
    ),
  );
}

async function cardOf(context: Context, cluster: string): Promise<ClusterCard> {
  const view = await recentViewOf(context, cluster);
  const { cpuAdvice, configured } = context.answers(view);
  return {
    summary: view.summary,
    cpuAdvice,
    configured,
    changes: await changesOf(context, cluster),
  };
}

function changesOf({ store, now }: Context, cluster: string) {
  return store.recentChanges(cluster, new Date(now().getTime() - DAY_MS));
}
