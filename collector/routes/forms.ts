import type { FastifyInstance, FastifyRequest } from 'fastify';
import { carries } from '../sessions.ts';
import { Problem } from './problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** takes what a form of our pages sends, from who is signed in; no token will do */
    form?: true;
  }
}

/** A reason and an owner of a thousand characters each, percent-encoded. */
const FORM_LIMIT_BYTES = 16 * 1024;

/** Takes forms where a route asks for them, and only those that our own pages sent. */
export function acceptForms(app: FastifyInstance): void {
  const options = { parseAs: 'string', bodyLimit: FORM_LIMIT_BYTES } as const;
  const type = 'application/x-www-form-urlencoded';
  app.addContentTypeParser(type, options, async (request: FastifyRequest, text: string) => {
    if (request.routeOptions.config.form) return fieldsOf(text);
    // Every other route wants what no form of another site can send.
    throw new Problem('unsupported_media_type', 'expected application/json, not a form');
  });
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.form) mustComeFromHere(request);
  });
  app.addHook('preValidation', async (request) => {
    const { form, access } = request.routeOptions.config;
    if (form && access !== 'anyone') mustCarryToken(request);
  });
}

/** A field left empty is one that was not given. */
function fieldsOf(text: string): Record<string, string> {
  const fields = [...new URLSearchParams(text)].filter(([, value]) => value !== '');
  return Object.fromEntries(fields);
}

/** SameSite=Strict says the same to the browser; this does not rely on the cookie alone. */
function mustComeFromHere({ headers, host, protocol }: FastifyRequest): void {
  const origin = headers.origin ?? '';
  const here = new URL(`${protocol}://${host}`).host;
  if (URL.canParse(origin) && new URL(origin).host === here) return;
  throw new Problem('forbidden', 'the form was not sent from a page of this collector');
}

function mustCarryToken({ session, body }: FastifyRequest): void {
  const given = typeof body === 'object' && body !== null && 'csrf' in body ? body.csrf : '';
  if (session !== null && carries(session, String(given))) return;
  throw new Problem('forbidden', 'the form is of another session: open its page again');
}
