import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { StoredToken } from '../store/store.ts';
import { type Role, roleAllows, type TokenBook } from '../tokens.ts';
import { Problem } from './problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** who may: anyone, a role, or for the page a reader unless the page is open */
    access?: 'anyone' | 'page' | Role;
    /** what a wrong body is called */
    invalid?: 'invalid_report' | 'invalid_policy';
  }
  interface FastifyRequest {
    /** null where anyone may */
    credential: StoredToken | null;
  }
}

export interface AccessOptions {
  tokens: TokenBook;
  now(): Date;
  openPage: boolean;
}

/** Lets a request through only with what its route asks for, before its body is read. */
export function guardAccess(app: FastifyInstance, options: AccessOptions): void {
  app.decorateRequest('credential', null);
  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined) throw new Error(`${route.url} does not say who may`);
  });
  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const needed = neededRole(request, options.openPage);
    if (needed === null) return;
    const credential = await credentialOf(request, options);
    if (!roleAllows(credential.role, needed)) {
      throw new Problem(
        'forbidden',
        `this needs the role ${needed}, the token is ${credential.role}`,
      );
    }
    const cluster = clusterOf(request);
    if (cluster !== null && !mayRead(credential, cluster)) {
      throw new Problem('forbidden', 'the token is bound to another cluster');
    }
    request.credential = credential;
  });
}

/** Whether the credential reaches the cluster; without one the page is open to all. */
export function mayRead(credential: StoredToken | null, cluster: string): boolean {
  return credential === null || credential.cluster === null || credential.cluster === cluster;
}

function neededRole(request: FastifyRequest, openPage: boolean): Role | null {
  const access = request.routeOptions.config.access ?? 'admin';
  if (access === 'page') return openPage ? null : 'reader';
  return access === 'anyone' ? null : access;
}

async function credentialOf(request: FastifyRequest, options: AccessOptions): Promise<StoredToken> {
  const header = request.headers.authorization ?? '';
  const secret = /^Bearer +([\w-]+)$/i.exec(header)?.[1];
  if (secret === undefined) throw new Problem('unauthorized', 'no "Authorization: Bearer …" given');
  const credential = await options.tokens.credential(secret, options.now());
  if (credential === null) {
    throw new Problem('unauthorized', 'the token is not known: wrong, revoked or expired');
  }
  return credential;
}

function clusterOf(request: FastifyRequest): string | null {
  const params: unknown = request.params;
  if (typeof params !== 'object' || params === null || !('cluster' in params)) return null;
  return String(params.cluster);
}
