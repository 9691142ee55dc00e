import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyRequest, type FastifyServerOptions } from 'fastify';
import {
  jsonSchemaTransform,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Fleet } from '../shared/fleet.ts';
import { VERSION } from '../shared/version.ts';
import { fleetSource } from './fleet-source.ts';
import { type Counters, counters } from './metrics.ts';
import { guardAccess } from './routes/access.ts';
import { acceptBodies, invalidCode } from './routes/body.ts';
import { clusterRoutes } from './routes/clusters.ts';
import type { App } from './routes/context.ts';
import { operationRoutes } from './routes/operations.ts';
import { pageRoutes } from './routes/pages.ts';
import { policyRoutes } from './routes/policy.ts';
import { Problem, problemBody, problemOf } from './routes/problem.ts';
import { reportRoutes } from './routes/reports.ts';
import type { Store } from './store/store.ts';
import type { TokenBook } from './tokens.ts';
import type { CpuAdvice } from './web/cluster-page.ts';
import { problemPage } from './web/problem-page.ts';

export interface AppOptions {
  store: Store;
  tokens: TokenBook;
  now(): Date;
  /** the page may be read without a token; for a collector that only this machine reaches */
  openPage?: boolean;
  /** the recommended cpu_type for the page */
  advise?: (fleet: Fleet) => CpuAdvice[];
  /** none by default */
  logger?: FastifyServerOptions['logger'];
}

/** A percent-encoded node name of 253 characters. */
const PARAM_LENGTH_MAX = 3 * 4 * 253;
const REQUEST_TIMEOUT_MS = 30_000;
const CONNECTION_TIMEOUT_MS = 60_000;

/** The collector's web server, built and not listening. */
export async function buildApp(options: AppOptions): Promise<App> {
  const { store, tokens, now, openPage = false, logger = false } = options;
  const app = Fastify({
    logger,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
  }).withTypeProvider<ZodTypeProvider>();
  const counted = counters();

  app.setValidatorCompiler(validatorCompiler);
  // The response schemas document and type the answers; at run time they would only cost.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  answerProblems(app, counted);
  await app.register(helmet, securityHeaders);
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Muster collector', version: VERSION } },
    transform: jsonSchemaTransform,
  });
  acceptBodies(app);
  guardAccess(app, { tokens, now, openPage });

  const context = {
    store,
    now,
    counters: counted,
    fleets: fleetSource(store),
    ...(options.advise === undefined ? {} : { advise: options.advise }),
  };
  reportRoutes(app, context);
  clusterRoutes(app, context);
  policyRoutes(app, context);
  operationRoutes(app, context);
  pageRoutes(app, context);
  await app.ready();
  return app;
}

/** Nothing may be loaded but our own stylesheet and icon; nothing may frame or be run. */
const securityHeaders = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      formAction: ["'none'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  // Whoever ends TLS decides on HSTS; this server speaks plain HTTP on loopback.
  strictTransportSecurity: false,
  xFrameOptions: { action: 'deny' as const },
};

function answerProblems(app: App, counted: Counters): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, invalidCode(request));
    if (problem.status >= 500) request.log.error({ err: error }, problem.code);
    else request.log.info({ code: problem.code, detail: problem.message }, 'refused');
    if (request.routeOptions.url === '/api/v1/reports') counted.rejected(problem.code);

    if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="muster"');
    const { retryAfterSeconds } = problem.extra;
    if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
    reply.status(problem.status);
    const body = problemBody(problem);
    if (wantsPage(request)) return reply.type('text/html; charset=utf-8').send(problemPage(body));
    return reply.type('application/problem+json').send(JSON.stringify(body));
  });
  app.setNotFoundHandler(() => {
    throw new Problem('not_found', 'there is nothing at this address');
  });
}

function wantsPage(request: FastifyRequest): boolean {
  const api = request.url.startsWith('/api/');
  return !api && (request.headers.accept ?? '').includes('text/html');
}
