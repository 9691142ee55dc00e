import { randomUUID } from 'node:crypto';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyRequest, type FastifyServerOptions, LogController } from 'fastify';
import {
  jsonSchemaTransform,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Fleet } from '../shared/fleet.ts';
import { VERSION } from '../shared/version.ts';
import { announcer } from './announce/announcer.ts';
import { type Damping, defaultDamping } from './announce/damping.ts';
import { answerBook } from './cluster-answers.ts';
import type { ClusterView } from './cluster-view.ts';
import type { CpuAdvice } from './cpu-advice.ts';
import { fleetSource } from './fleet-source.ts';
import { keepJudged } from './keep-judged.ts';
import { counters } from './metrics.ts';
import { guardAccess } from './routes/access.ts';
import { administrationRoutes } from './routes/administration.ts';
import { acceptBodies, invalidCode } from './routes/body.ts';
import { refuseBadAddress, refuseBrokenHttp } from './routes/broken-http.ts';
import { clusterAnswerRoutes } from './routes/cluster-answers.ts';
import { clusterRoutes } from './routes/clusters.ts';
import { compressAnswers } from './routes/compress.ts';
import type { App, Context } from './routes/context.ts';
import { enrolmentRoutes } from './routes/enrolment.ts';
import { eventRoutes } from './routes/events.ts';
import { acceptForms } from './routes/forms.ts';
import { nodeRoutes } from './routes/nodes.ts';
import { operationRoutes } from './routes/operations.ts';
import { pathOf, sendPage } from './routes/page-reply.ts';
import { pageRoutes } from './routes/pages.ts';
import { policyRoutes } from './routes/policy.ts';
import { Problem, problemBody, problemCodes, problemOf } from './routes/problem.ts';
import { defaultRateLimits, guardRates, type RateLimits } from './routes/rate-limits.ts';
import { noteRefusal } from './routes/refusals.ts';
import { REPORTS_PATH, reportRoutes } from './routes/reports.ts';
import { secureAnswers } from './routes/security-headers.ts';
import { knowSessions, sessionRoutes } from './routes/session.ts';
import { waiverRoutes } from './routes/waivers.ts';
import { defaultServerLimits, limitedServers, type Servers } from './server.ts';
import { standingKeeper } from './standings.ts';
import type { Store } from './store/store.ts';
import type { TokenBook } from './tokens.ts';
import { type Trusts, trustedProxies } from './trusted-proxies.ts';
import { problemPage } from './web/problem-page.ts';
import { eventCounters } from './webhook/figures.ts';
import { startWebhook, type WebhookSender } from './webhook/sender.ts';
import type { Target } from './webhook/target.ts';
import type { WebhookPace } from './webhook/task.ts';

export interface AppOptions {
  store: Store;
  tokens: TokenBook;
  now(): Date;
  /** the page may be read without a token; for a collector that only this machine reaches */
  openPage?: boolean;
  /** a person must approve what enrolled before it may deliver */
  approval?: boolean;
  /** the recommended cpu_type for the page */
  advise?: (fleet: Fleet) => CpuAdvice[];
  /** in how many rounds a change has to stand before it is announced */
  announceAfter?: Damping;
  /** who is told of what is announced */
  webhook?: Target;
  webhookPace?: WebhookPace;
  /** none by default */
  logger?: FastifyServerOptions['logger'];
  /** plain HTTP with the default limits when not given */
  servers?: Servers;
  rates?: RateLimits;
  /** how long a request waits for a judgement; half a minute when not given */
  judgingWaitMs?: number;
  /** whose `X-Forwarded-For` is believed; that of this machine's proxies when not given */
  proxies?: Trusts;
}

/** A percent-encoded node name of 253 characters. */
const PARAM_LENGTH_MAX = 3 * 4 * 253;

/** The collector's web server, built and not listening. */
export async function buildApp(options: AppOptions): Promise<App> {
  const { store, tokens, now, openPage = false, logger = false } = options;
  const servers = options.servers ?? limitedServers(defaultServerLimits, null);
  const app = Fastify({
    logger,
    // Reports are counted; two lines of log for each took a tenth of the time they take.
    logController: new LogController({ disableRequestLogging: ({ url }) => url === REPORTS_PATH }),
    serverFactory: (handler) => servers.make(handler),
    clientErrorHandler: refuseBrokenHttp,
    frameworkErrors: refuseBadAddress,
    trustProxy: options.proxies ?? trustedProxies(),
    // Who gets through while we stop is served as always: the store is closed after the last one.
    return503OnClosing: false,
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
  }).withTypeProvider<ZodTypeProvider>();
  const keepStanding = standingKeeper(store);
  // A full disk must not keep anybody from looking.
  const noteChanges = (fleet: Fleet) =>
    keepStanding(fleet).catch((err) => app.log.error({ err }, 'a change was not noted'));
  const context = {
    store,
    now,
    counters: counters(problemCodes),
    events: eventCounters(),
    fleets: fleetSource(store, { onJudged: ({ fleet }) => noteChanges(fleet) }),
    answers: answerBook(options.advise),
    approval: options.approval ?? false,
    ...(options.advise === undefined ? {} : { advise: options.advise }),
    ...(options.webhook === undefined ? {} : { webhook: options.webhook }),
    ...(options.judgingWaitMs === undefined ? {} : { judgingWaitMs: options.judgingWaitMs }),
  };

  app.setValidatorCompiler(validatorCompiler);
  // The response schemas document and type the answers; at run time they would only cost.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  answerProblems(app, context);
  secureAnswers(app);
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Muster collector', version: VERSION } },
    transform: jsonSchemaTransform,
  });
  const rates = await guardRates(app, options.rates ?? defaultRateLimits);
  await knowSessions(app, { store, now });
  acceptBodies(app, guardAccess(app, { store, tokens, rates, now, openPage }));
  acceptForms(app);
  compressAnswers(app);
  addRoutes(app, context);
  const wake = sendEvents(app, context, options.webhookPace);
  judgeAhead(app, context, { damping: options.announceAfter ?? defaultDamping, wake });
  sessionRoutes(app, { ...context, tokens, rates });
  await app.ready();
  return app;
}

/** Nobody who looks waits for a judgement that could have been made before; and of changes. */
function judgeAhead(app: App, context: Context, { damping, wake }: ToAnnounce): void {
  let end: (() => Promise<void>) | null = null;
  const announcing = announcer({
    ...{ ...context, damping, holder: randomUUID() },
    onAnnounced: (events) => {
      for (const { type } of events) context.events.announced(type);
      wake();
    },
    onError: (err) => app.log.error({ err }, 'what changed of a cluster was not announced'),
  });
  app.addHook('onListen', async () => {
    const onError = (err: unknown) => app.log.error({ err }, 'a cluster was not judged');
    const onJudged = (view: ClusterView) => {
      const { cpuAdvice } = context.answers(view);
      return announcing.judged({ fleet: view.fleet, gates: view.gates, cpuAdvice });
    };
    end = keepJudged({ ...context, onJudged, onError });
  });
  app.addHook('onClose', async () => {
    await end?.();
    await announcing.close();
  });
}

interface ToAnnounce {
  damping: Damping;
  /** there is something to send */
  wake(): void;
}

/** Begins before anything is announced: a new target starts there. */
function sendEvents(app: App, context: Context, pace?: WebhookPace): () => void {
  const { store, webhook: target, now, events } = context;
  let sender: WebhookSender | null = null;
  if (target !== undefined) {
    const { random } = Math;
    const holder = randomUUID();
    const task = { store, target, now, random, holder, log: app.log, onOutcome: events.sent };
    app.addHook('onListen', async () => {
      sender = startWebhook(task, pace);
    });
    app.addHook('onClose', async () => sender?.stop());
  }
  return () => sender?.wake();
}

function addRoutes(app: App, context: Context): void {
  enrolmentRoutes(app, context);
  reportRoutes(app, context);
  clusterRoutes(app, context);
  clusterAnswerRoutes(app, context);
  nodeRoutes(app, context);
  policyRoutes(app, context);
  waiverRoutes(app, context);
  administrationRoutes(app, context);
  operationRoutes(app, context);
  eventRoutes(app, context);
  pageRoutes(app, context);
}

function answerProblems(app: App, context: Context): void {
  app.setErrorHandler(async (error, request, reply) => {
    const problem = problemOf(error, invalidCode(request));
    if (problem.status >= 500) request.log.error({ err: error }, problem.code);
    await noteRefusal(request, problem, context);

    if (problem.status === 401) reply.header('www-authenticate', challengeOf(request));
    const { retryAfterSeconds } = problem.extra;
    if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
    const { status } = problem;
    const body = problemBody(problem);
    if (wantsPage(request)) {
      return sendPage(request, reply, { page: problemPage(body, pathOf(request)), status });
    }
    return reply.status(status).type('application/problem+json').send(JSON.stringify(body));
  });
  app.setNotFoundHandler(() => {
    throw new Problem('not_found', 'there is nothing at this address');
  });
}

function challengeOf(request: FastifyRequest): string {
  const signed = request.routeOptions.config.access === 'agent';
  return signed ? 'Muster-Signature' : 'Bearer realm="muster"';
}

function wantsPage(request: FastifyRequest): boolean {
  const api = request.url.startsWith('/api/');
  return !api && (request.headers.accept ?? '').includes('text/html');
}
