import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { script } from '../browser/script.ts';
import { icon } from '../web/icon.ts';
import { style } from '../web/style.ts';
import { styleCluster } from '../web/style-cluster.ts';
import { styleNode } from '../web/style-node.ts';
import { clusterPageRoutes } from './cluster-pages.ts';
import type { App, Context } from './context.ts';
import { gatePageRoutes } from './gate-pages.ts';
import { nodePageRoutes } from './node-pages.ts';
import { operationPageRoutes } from './operation-pages.ts';
import { waiverPageRoutes } from './waiver-pages.ts';

/** The pages for people, and the few files they load. */
export function pageRoutes(app: App, context: Context): void {
  clusterPageRoutes(app, context);
  nodePageRoutes(app, context);
  gatePageRoutes(app, context);
  waiverPageRoutes(app, context);
  operationPageRoutes(app, context);
  asset(app, {
    path: '/assets/style.css',
    type: 'text/css; charset=utf-8',
    text: style + styleCluster + styleNode,
  });
  asset(app, { path: '/assets/muster.js', type: 'text/javascript; charset=utf-8', text: script });
  asset(app, { path: '/assets/icon.svg', type: 'image/svg+xml', text: icon });
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
