import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Page, showPage } from '../web/layout.ts';
import type { Viewer } from '../web/viewer.ts';

/** A page to send: with its status, and what was just done, in words. */
export interface PageReply {
  page: Page;
  status?: number;
  done?: string | null;
}

/** Sends a page; one that has not changed but for its ages is only said to be the same. */
export function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { page, status = 200, done = null }: PageReply,
): FastifyReply {
  const viewer = viewerOf(request);
  const version = versionOf(page, viewer);
  const asks = status === 200 && request.method === 'GET';
  reply.header('cache-control', 'no-store');
  if (asks) {
    reply.header('etag', `"${version}"`);
    if (request.headers['if-none-match'] === `"${version}"`) return reply.status(304).send();
  }
  const around = { viewer, path: pathOf(request), version: asks ? version : null, done };
  return reply.status(status).type('text/html; charset=utf-8').send(showPage(page, around));
}

/** Who is signed in, as the pages show them. */
export function viewerOf({ session }: FastifyRequest): Viewer | null {
  if (session === null) return null;
  const { name, role, cluster } = session.token;
  return { name, role, cluster, csrf: session.csrf };
}

/** What a form sent cannot be come back to. */
export function pathOf({ method, url }: FastifyRequest): string {
  return method === 'GET' ? url : '/';
}

function versionOf({ steady, title }: Page, viewer: Viewer | null): string {
  const text = JSON.stringify([title, viewer?.csrf ?? null, steady]);
  return createHash('sha256').update(text).digest('base64url');
}
