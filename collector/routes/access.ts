import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Store, StoredToken } from '../store/store.ts';
import { isForEnrolment, type Role, roleAllows, roles, type TokenBook } from '../tokens.ts';
import { Problem } from './problem.ts';
import type { RateGuard } from './rate-limits.ts';
import { claimOf, mustBeNear, mustBeSigned, senderOf } from './sender.ts';

/**
 * Who may: anyone; a reader, or all when the page is open; an agent that signs with its key; one
 * that has an enrolment token, which the route itself uses up; or who has a role.
 */
export type Access = 'anyone' | 'page' | 'agent' | 'newcomer' | Role;

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** what it tells is of all clusters: a credential of one cluster may not */
    everywhere?: boolean;
  }
  interface FastifyRequest {
    /** null where anyone may, and on requests of nodes */
    credential: StoredToken | null;
  }
}

export interface AccessOptions {
  store: Store;
  tokens: TokenBook;
  rates: RateGuard;
  now(): Date;
  openPage: boolean;
}

/** Judges a body as it came over the wire, before anything is made of it. */
export type Admit = (request: FastifyRequest, wire: Buffer) => Promise<void>;

/** Lets a request through only with what its route asks for, before its body is read. */
export function guardAccess(app: FastifyInstance, options: AccessOptions): Admit {
  app.decorateRequest('credential', null);
  app.decorateRequest('claim', null);
  app.decorateRequest('sender', null);
  app.addHook('onRoute', (route) => {
    if (route.config?.access === undefined) throw new Error(`${route.url} does not say who may`);
  });
  app.addHook('onRequest', async (request) => {
    if (request.is404) return;
    const access = request.routeOptions.config.access ?? 'admin';
    if (access === 'agent') await claimOf(request, options.store, options.now());
    if (access === 'newcomer') leaveOf(request);
    const role = access === 'page' && !options.openPage ? 'reader' : roleOf(access);
    if (role !== null) request.credential = await personOf(request, role, options);
  });
  app.addHook('preValidation', async (request) => {
    if (request.routeOptions.config.access === 'agent') senderOf(request);
  });
  return async (request, wire) => {
    if (request.claim === null) return;
    await mustBeSigned(request, request.claim, wire);
    request.sender = request.claim;
    // After the signature: nobody else is to make a node look as if its clock were wrong.
    mustBeNear(request.claim, options.now());
    // Counted only now: nobody else can use up what this node may.
    await options.rates.credential(request, `key ${request.claim.key.id}`);
  };
}

/** Whether the credential reaches the cluster; without one the page is open to all. */
export function mayRead(credential: StoredToken | null, cluster: string): boolean {
  return credential === null || credential.cluster === null || credential.cluster === cluster;
}

/** Who changes something, as the audit log names them. */
export function changedBy(credential: StoredToken | null): string {
  if (credential === null) throw new Error('a change by nobody');
  return `token ${credential.id} ${JSON.stringify(credential.name)}`;
}

/** The enrolment token that a newcomer brings, still to be looked up. */
export function leaveOf(request: FastifyRequest): string {
  const secret = bearerOf(request);
  if (secret !== null && isForEnrolment(secret)) return secret;
  throw new Problem('unknown_token', 'no enrolment token in "Authorization: Bearer …"');
}

function bearerOf(request: FastifyRequest): string | null {
  return /^Bearer +([\w-]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

function roleOf(access: Access): Role | null {
  return roles.find((role) => role === access) ?? null;
}

async function personOf(
  request: FastifyRequest,
  needed: Role,
  { tokens, rates, now }: AccessOptions,
): Promise<StoredToken> {
  const credential = signedIn(request) ?? (await bearer(request, tokens, now()));
  await rates.credential(request, `token ${credential.id}`);
  if (!roleAllows(credential.role, needed)) {
    throw new Problem('forbidden', `this needs the role ${needed}, not ${credential.role}`);
  }
  const cluster = clusterOf(request);
  const everywhere = request.routeOptions.config.everywhere === true;
  if (
    cluster === null ? everywhere && credential.cluster !== null : !mayRead(credential, cluster)
  ) {
    const of = cluster === null ? 'one cluster, and this is of all' : 'another cluster';
    throw new Problem('forbidden', `the token is bound to ${of}`);
  }
  return credential;
}

/** Whoever is signed in may look, and change only what the forms of our own pages send. */
function signedIn(request: FastifyRequest): StoredToken | null {
  const { session, method, headers, routeOptions } = request;
  if (routeOptions.config.form) {
    if (session !== null) return session.token;
    throw new Problem('unauthorized', 'sign in to change something');
  }
  const looks = method === 'GET' || method === 'HEAD';
  return looks && headers.authorization === undefined ? (session?.token ?? null) : null;
}

async function bearer(request: FastifyRequest, tokens: TokenBook, now: Date): Promise<StoredToken> {
  const secret = bearerOf(request);
  if (secret === null) throw new Problem('unauthorized', 'no "Authorization: Bearer …" given');
  const credential = await tokens.credential(secret, now);
  if (credential !== null) return credential;
  throw new Problem('unauthorized', 'the token is not known: wrong, revoked or expired');
}

function clusterOf(request: FastifyRequest): string | null {
  const params: unknown = request.params;
  if (typeof params !== 'object' || params === null || !('cluster' in params)) return null;
  return String(params.cluster);
}
