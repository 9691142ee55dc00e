import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isExpired } from '../../shared/waiver.ts';
import type { EnrolmentToken } from '../store/store.ts';
import { createEnrolmentToken } from '../tokens.ts';
import type { Administration } from '../web/administration.ts';
import { type ClusterOperations, operationsPage } from '../web/operations-page.ts';
import { viewerMay } from '../web/viewer.ts';
import { changedBy, mayRead } from './access.ts';
import { makeUseless, rejectionsFor } from './administration.ts';
import { type App, type Context, nodeParams, recentViewOf, viewsFor } from './context.ts';
import { doneQuery, doneWords } from './done.ts';
import { announcedLately } from './events.ts';
import { approveNode, revokeNode } from './nodes.ts';
import { type PageReply, sendPage, viewerOf } from './page-reply.ts';
import { idParam } from './schemas.ts';

const HOUR_MS = 3_600_000;
const AUDIT_ENTRIES = 50;

/** The page of the collector's own affairs, and what its forms send. */
export function operationPageRoutes(app: App, context: Context): void {
  const querystring = z.object({ before: idParam.id.optional(), ...doneQuery.shape });
  app.get(
    '/operations',
    { config: { access: 'page' }, schema: { hide: true, querystring } },
    async (request, reply) => {
      const { before, done } = request.query;
      const shown = await operations(context, request, { before, made: null });
      return sendPage(request, reply, { ...shown, done: doneWords(done) });
    },
  );
  tokenForms(app, context);
  nodeForms(app, context);
}

const admin = { access: 'admin', everywhere: true, form: true } as const;

function tokenForms(app: App, context: Context): void {
  const { store, now } = context;
  for (const [kind, revoke, done] of [
    ['tokens', store.revokeToken, 'token-revoked'],
    ['enrolment-tokens', store.revokeEnrolmentToken, 'enrolment-revoked'],
  ] as const) {
    app.post(
      `/operations/${kind}/:id/revoke`,
      { config: admin, schema: { hide: true, params: z.object(idParam) } },
      async (request, reply) => {
        const change = { by: changedBy(request.credential), at: now() };
        await makeUseless(revoke, request.params.id, change);
        return reply.redirect(`/operations?done=${done}`, 303);
      },
    );
  }

  const body = nodeParams.extend({
    hours: z.coerce
      .number()
      .positive()
      .max(24 * 365),
  });
  app.post(
    '/operations/enrolment-tokens',
    { config: admin, schema: { hide: true, body } },
    async (request, reply) => {
      const { cluster, node, hours } = request.body;
      const change = { by: changedBy(request.credential), at: now() };
      const expiresAt = new Date(change.at.getTime() + hours * HOUR_MS);
      const made = await createEnrolmentToken(store, { cluster, node, expiresAt }, change);
      return sendPage(request, reply, await operations(context, request, { made }));
    },
  );
}

function nodeForms(app: App, { store, now }: Context): void {
  for (const [deed, act, done] of [
    ['approve', approveNode, 'node-approved'],
    ['revoke', revokeNode, 'node-revoked'],
  ] as const) {
    app.post(
      `/clusters/:cluster/nodes/:node/${deed}`,
      { config: { access: 'admin', form: true }, schema: { hide: true, params: nodeParams } },
      async (request, reply) => {
        const change = { by: changedBy(request.credential), at: now() };
        await act(store, request.params, change);
        return reply.redirect(`/operations?done=${done}`, 303);
      },
    );
  }
}

interface Asked {
  before?: number | undefined;
  made: { secret: string; token: EnrolmentToken } | null;
}

async function operations(
  context: Context,
  request: FastifyRequest,
  asked: Asked,
): Promise<PageReply> {
  const { store, now } = context;
  const views = await viewsFor(context, request.credential, recentViewOf);
  const clusters = await Promise.all(
    views.map(async ({ fleet }): Promise<ClusterOperations> => {
      const waivers = await store.waivers(fleet.cluster);
      const expired = waivers.filter(({ waiver }) => isExpired(waiver, fleet.now)).length;
      return {
        cluster: fleet.cluster,
        overdue: fleet.nodes.filter((node) => node.expected && node.freshness !== 'fresh'),
        limitMs: fleet.policy.thresholds.maximumAge,
        waivers: { all: waivers.length, expired },
      };
    }),
  );
  const rejections = await rejectionsFor(store, request.credential);
  const announced = await announcedLately(store, request.credential);
  const administration = await administrationOf(context, request, asked);
  const viewer = viewerOf(request);
  const own = { rejections, announced, administration };
  return { page: operationsPage({ now: now(), viewer, clusters, ...own }) };
}

async function administrationOf(
  { store, now }: Context,
  request: FastifyRequest,
  { before, made }: Asked,
): Promise<Administration | null> {
  const viewer = viewerOf(request);
  if (request.session === null || !viewerMay(viewer, 'admin', viewer?.cluster ?? null)) return null;
  const { token } = request.session;
  const keys = (await store.nodeKeys()).filter(({ cluster }) => mayRead(token, cluster));
  if (token.cluster !== null) return { now: now(), viewer, keys, everywhere: null };
  const page = { ...(before === undefined ? {} : { before }), limit: AUDIT_ENTRIES };
  const everywhere = {
    tokens: await store.tokens(),
    enrolmentTokens: await store.enrolmentTokens(),
    audit: await store.auditLog(page),
    clusters: await store.clusters(),
    made,
  };
  return { now: now(), viewer, keys, everywhere };
}
