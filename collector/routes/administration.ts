import { z } from 'zod';
import type { Change, EnrolmentToken, Rejection, Store, StoredToken } from '../store/store.ts';
import { changedBy } from './access.ts';
import type { App, Context } from './context.ts';
import { Problem, problemSchema } from './problem.ts';
import {
  auditEntrySchema,
  enrolmentTokenSchema,
  historyQuery,
  idParam,
  rejectionSchema,
  tokenSchema,
} from './schemas.ts';

/** The collector's own affairs: its tokens, who changed what, who was refused. */
export function administrationRoutes(app: App, context: Context): void {
  tokenRoutes(app, context);
  recordRoutes(app, context);
}

const admin = { access: 'admin', everywhere: true } as const;

function tokenRoutes(app: App, { store, now }: Context): void {
  app.get(
    '/api/v1/tokens',
    {
      config: admin,
      schema: {
        summary: 'Every token and every leave to enrol, without their secrets',
        response: {
          200: z.object({
            tokens: z.array(tokenSchema),
            enrolmentTokens: z.array(enrolmentTokenSchema),
          }),
          '4xx': problemSchema,
        },
      },
    },
    async () => ({
      tokens: (await store.tokens()).map(shownToken),
      enrolmentTokens: (await store.enrolmentTokens()).map(shownEnrolmentToken),
    }),
  );

  for (const [path, revoke] of [
    ['/api/v1/tokens/:id', store.revokeToken],
    ['/api/v1/enrolment-tokens/:id', store.revokeEnrolmentToken],
  ] as const) {
    app.delete(
      path,
      { config: admin, schema: { summary: 'Make it useless, at once', params: z.object(idParam) } },
      async (request, reply) => {
        const change = { by: changedBy(request.credential), at: now() };
        await makeUseless(revoke, request.params.id, change);
        return reply.status(204).send();
      },
    );
  }
}

function recordRoutes(app: App, { store }: Context): void {
  app.get(
    '/api/v1/audit-log',
    {
      config: admin,
      schema: {
        summary: 'Who changed what and when, newest first',
        querystring: historyQuery,
        response: { 200: z.object({ entries: z.array(auditEntrySchema) }), '4xx': problemSchema },
      },
    },
    async (request) => {
      const { before, limit } = request.query;
      const page = { ...(before === undefined ? {} : { before }), limit };
      const entries = await store.auditLog(page);
      return { entries: entries.map((entry) => ({ ...entry, at: entry.at.toISOString() })) };
    },
  );

  app.get(
    '/api/v1/rejections',
    {
      config: { access: 'reader' },
      schema: {
        summary: 'What was refused of nodes, by code and sender; null: the sender is not known',
        response: {
          200: z.object({ rejections: z.array(rejectionSchema) }),
          '4xx': problemSchema,
        },
      },
    },
    async (request) => {
      const reached = await rejectionsFor(store, request.credential);
      return {
        rejections: reached.map((one) => ({ ...one, lastAt: one.lastAt.toISOString() })),
      };
    },
  );
}

/** Revokes a token; one that is not there is a problem `not_found`. */
export async function makeUseless(
  revoke: Store['revokeToken'],
  id: number,
  change: Change,
): Promise<void> {
  if (await revoke(id, change)) return;
  throw new Problem('not_found', `there is no token ${id}`);
}

/** What was refused of nodes, as far as the credential reaches; null: the page is open to all. */
export async function rejectionsFor(
  store: Store,
  credential: StoredToken | null,
): Promise<Rejection[]> {
  const everywhere = credential === null || credential.cluster === null;
  const all = await store.rejections();
  return all.filter(({ cluster }) => everywhere || cluster === credential.cluster);
}

function shownToken({ createdAt, expiresAt, lastUsedAt, ...token }: StoredToken) {
  return {
    ...token,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}

function shownEnrolmentToken({ createdAt, expiresAt, usedAt, ...token }: EnrolmentToken) {
  return {
    ...token,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    usedAt: usedAt?.toISOString() ?? null,
  };
}
