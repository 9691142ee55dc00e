import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { namesMatrix } from '../cluster/names-matrix.ts';
import { summarise } from '../summary.ts';
import { clusterPage } from '../web/cluster-page.ts';
import { fleetPage } from '../web/fleet-page.ts';
import { icon } from '../web/icon.ts';
import { nodePage } from '../web/node-page.ts';
import { style } from '../web/style.ts';
import {
  type App,
  type Context,
  clusterParams,
  fleetOf,
  nodeParams,
  viewOf,
  viewsFor,
} from './context.ts';
import { Problem } from './problem.ts';

const config = { access: 'page' } as const;
/** Names × nodes grows with the square: 1,000 nodes would be a page of 200 MB. */
const NAMES_NODES_MAX = 40;

/** The pages for people, and the two files they load. */
export function pageRoutes(app: App, context: Context): void {
  app.get('/', { config, schema: { hide: true } }, async (request, reply) => {
    const views = await viewsFor(context, request.credential);
    const summaries = views.map(({ fleet, gates }) => summarise(fleet, gates));
    return sendPage(reply, fleetPage(summaries, context.now()));
  });

  app.get(
    '/clusters/:cluster',
    { config, schema: { hide: true, params: clusterParams } },
    async (request, reply) => {
      const view = await viewOf(context, request.params.cluster);
      const cpuAdvice = context.advise?.(view.fleet) ?? null;
      const names = view.fleet.nodes.length > NAMES_NODES_MAX ? null : namesMatrix(view.fleet);
      return sendPage(reply, clusterPage({ ...view, cpuAdvice, names }));
    },
  );

  app.get(
    '/clusters/:cluster/nodes/:node',
    { config, schema: { hide: true, params: nodeParams } },
    async (request, reply) => {
      const { cluster, node } = request.params;
      const fleet = await fleetOf(context, cluster);
      const known = fleet.nodes.find((one) => one.node === node);
      if (known === undefined) throw new Problem('not_found', `there is no node "${node}"`);
      return sendPage(reply, nodePage(fleet, known));
    },
  );

  asset(app, { path: '/assets/style.css', type: 'text/css; charset=utf-8', text: style });
  asset(app, { path: '/assets/icon.svg', type: 'image/svg+xml', text: icon });
}

function sendPage(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(text);
}

/** A file of ours: asked again each time, sent again only when it changed. */
function asset(app: App, { path, type, text }: { path: string; type: string; text: string }): void {
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  const options = { config: { access: 'anyone' }, schema: { hide: true } } as const;
  app.get(path, options, async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header('etag', etag).header('cache-control', 'no-cache');
    if (request.headers['if-none-match'] === etag) return reply.status(304).send();
    return reply.type(type).send(text);
  });
}
