import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { beginSession, type Session, sessionOf } from '../sessions.ts';
import type { Store } from '../store/store.ts';
import type { TokenBook } from '../tokens.ts';
import { signInPage } from '../web/sign-in-page.ts';
import type { App, Context } from './context.ts';
import { sendPage } from './page-reply.ts';
import type { RateGuard } from './rate-limits.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** who is signed in with the cookie; null: nobody */
    session: Session | null;
  }
}

const TOKEN_MAX_CHARS = 200;
const PATH_MAX_CHARS = 2000;

/** Knows who is signed in, on each request that brings the cookie. */
export async function knowSessions(
  app: FastifyInstance,
  { store, now }: { store: Store; now(): Date },
): Promise<void> {
  await app.register(cookie);
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request) => {
    const secret = request.cookies[cookieOf(request)];
    if (secret !== undefined) request.session = await sessionOf(store, secret, now());
  });
}

/** Signing in with a token, and out again. */
export function sessionRoutes(
  app: App,
  { store, now, tokens, rates }: Context & { tokens: TokenBook; rates: RateGuard },
): void {
  const query = z.object({ next: z.string().max(PATH_MAX_CHARS).default('/') });
  app.get(
    '/sign-in',
    { config: { access: 'anyone' }, schema: { hide: true, querystring: query } },
    async (request, reply) => {
      const next = pathOf(request.query.next);
      if (request.session !== null) return reply.redirect(next, 303);
      return sendPage(request, reply, { page: signInPage({ next, wrong: null }) });
    },
  );

  const body = query.extend({ token: z.string().max(TOKEN_MAX_CHARS) });
  app.post(
    '/sign-in',
    { config: { access: 'anyone', form: true }, schema: { hide: true, body } },
    async (request, reply) => {
      await rates.signIn(request);
      const next = pathOf(request.body.next);
      const token = await tokens.credential(request.body.token.trim(), now());
      if (token === null) {
        const wrong = 'This token is not known: wrong, revoked or expired.';
        request.log.info({ address: request.ip }, 'a sign-in failed');
        return sendPage(request, reply, { page: signInPage({ next, wrong }), status: 401 });
      }
      const { secret, expiresAt } = await beginSession(store, token, now());
      request.log.info({ token: token.id, address: request.ip }, 'signed in');
      setCookie(request, reply, { secret, maxAge: (expiresAt.getTime() - now().getTime()) / 1000 });
      return reply.redirect(next, 303);
    },
  );

  app.post(
    '/sign-out',
    { config: { access: 'reader', form: true }, schema: { hide: true } },
    async (request, reply) => {
      if (request.session !== null) await store.closeSession(request.session.hash);
      setCookie(request, reply, { secret: '', maxAge: 0 });
      return reply.redirect('/', 303);
    },
  );
}

function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { secret, maxAge }: { secret: string; maxAge: number },
): void {
  reply.setCookie(cookieOf(request), secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure(request),
    maxAge: Math.floor(maxAge),
  });
}

/** The prefix makes browsers refuse one that a neighbouring host, or plain HTTP, tries to set. */
function cookieOf(request: FastifyRequest): string {
  return isSecure(request) ? '__Host-muster' : 'muster';
}

function isSecure(request: FastifyRequest): boolean {
  return request.protocol === 'https';
}

/** Only a path of our own: a link to us must not lead elsewhere after the sign-in. */
function pathOf(next: string): string {
  return /^\/(?![/\\])[^\p{Cc}\\]*$/u.test(next) ? next : '/';
}
