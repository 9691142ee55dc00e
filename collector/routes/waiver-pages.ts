import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { waiverSchema } from '../../shared/waiver.ts';
import { type WaiverFields, waiversHref, waiversPage } from '../web/waivers-page.ts';
import { changedBy } from './access.ts';
import { type App, type Context, clusterParams, recentViewOf } from './context.ts';
import { doneQuery, doneWords } from './done.ts';
import { type PageReply, sendPage, viewerOf } from './page-reply.ts';
import { Problem } from './problem.ts';
import { idParam } from './schemas.ts';
import { acceptWaiver, takeBackWaiver } from './waivers.ts';

const fieldsSchema = z.record(z.string().max(20), z.string().max(1000));
/** How long a waiver holds when nobody says otherwise. */
const OFFERED_MS = 30 * 24 * 3_600_000;

/** The page of a cluster's waivers, and what its forms send. */
export function waiverPageRoutes(app: App, context: Context): void {
  const { store, now } = context;
  const path = '/clusters/:cluster/waivers';
  const querystring = fieldsSchema;

  app.get(
    path,
    { config: { access: 'page' }, schema: { hide: true, params: clusterParams, querystring } },
    async (request, reply) => {
      const { check, node, subject } = request.query;
      const expires = new Date(now().getTime() + OFFERED_MS).toISOString().slice(0, 11);
      const given = { check, node, subject, owner: request.session?.token.name };
      const fields = { ...given, expires: `${expires}00:00` };
      const done = doneWords(doneQuery.parse(request.query).done);
      return sendPage(request, reply, {
        ...(await pageOf(request, { fields, wrong: null })),
        done,
      });
    },
  );

  app.post(
    path,
    {
      config: { access: 'operator', form: true },
      schema: { hide: true, params: clusterParams, body: fieldsSchema },
    },
    async (request, reply) => {
      const { csrf: _, ...fields } = request.body;
      const read = waiverSchema.safeParse({ ...fields, expires: utcOf(fields.expires) });
      const change = { by: changedBy(request.credential), at: now() };
      const refuse = async (wrong: { path: string; detail: string }) =>
        sendPage(request, reply, { ...(await pageOf(request, { fields, wrong })), status: 400 });
      if (!read.success) {
        const [first] = read.error.issues;
        const field = String(first?.path[0] ?? '');
        return refuse({ path: field, detail: `${field}: ${first?.message ?? 'not valid'}` });
      }
      try {
        await acceptWaiver(store, { of: request.params, waiver: read.data, change });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        return refuse({ path: error.extra.path ?? '', detail: error.message });
      }
      return reply.redirect(`${waiversHref(request.params.cluster)}?done=waiver-added`, 303);
    },
  );

  removeRoute(app, context);

  async function pageOf(
    request: FastifyRequest<{ Params: { cluster: string } }>,
    form: { fields: WaiverFields; wrong: { path: string; detail: string } | null },
  ): Promise<PageReply> {
    const { cluster } = request.params;
    const { fleet } = await recentViewOf(context, cluster);
    const waivers = await store.waivers(cluster);
    return { page: waiversPage({ fleet, waivers, viewer: viewerOf(request), ...form }) };
  }
}

function removeRoute(app: App, { store, now }: Context): void {
  app.post(
    '/clusters/:cluster/waivers/:id/remove',
    {
      config: { access: 'operator', form: true },
      schema: { hide: true, params: clusterParams.extend(idParam) },
    },
    async (request, reply) => {
      const change = { by: changedBy(request.credential), at: now() };
      await takeBackWaiver(store, request.params, change);
      return reply.redirect(`${waiversHref(request.params.cluster)}?done=waiver-removed`, 303);
    },
  );
}

/** What a date field gives, as the instant it stands for here: its label says UTC. */
function utcOf(local: string | undefined): string | undefined {
  return local === undefined ? undefined : `${local.length === 16 ? `${local}:00` : local}Z`;
}
