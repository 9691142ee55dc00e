import type { FastifyBaseLogger } from 'fastify';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import { repeated } from '../../shared/outputs.ts';
import { feedWatchdog, type Notify, notifyOf } from '../notify.ts';
import type { App } from '../routes/context.ts';
import type { Servers } from '../server.ts';
import { isPostgres } from '../store/postgres-address.ts';
import { type Store, StoreUnavailable } from '../store/store.ts';
import { type PairFiles, pairFilesOf, readPair } from '../tls/pair-files.ts';
import { trustedProxies } from '../trusted-proxies.ts';
import type { Io, Register } from './command.ts';
import { passwordFileOf, passwordFileOption } from './database.ts';
import {
  mustBeSafe,
  parseDamping,
  parseListen,
  parseProxies,
  parseRates,
  parseRetention,
  type ServeOptions,
} from './serve-options.ts';
import { webhookOf } from './webhook-options.ts';

/** Who is served at the end may finish; whoever holds on for longer is cut off. */
const STOP_LIMIT_MS = 10_000;

/** `muster serve`: the collector, until it is told to stop. */
export const registerServe: Register = (program, io, done) => {
  program
    .command('serve')
    .description('keep reports, judge clusters, show them: the collector')
    .requiredOption('--database <where>', 'sqlite:PATH, PATH or postgres://…')
    .option(...passwordFileOption)
    .option('--listen <address>', 'HOST:PORT to listen on', '127.0.0.1:8470')
    .option('--tls-cert <file>', 'PEM of the certificate and what stands between it and its CA')
    .option('--tls-key <file>', 'PEM of its key; both are read again at SIGHUP')
    .option('--insecure-bind', 'listen beyond loopback although there is no TLS', false)
    .option('--open-page', 'the page needs no token; on loopback only', false)
    .option('--approve-enrolments', 'what enrolled waits for "muster node approve"', false)
    .option('--keep-full <duration>', 'how long every report is kept', '7d')
    .option('--keep <duration>', 'then one per change and day, so long, or "forever"', '400d')
    .option('--rate-per-address <count>', 'requests in 10 s from one address', '1000')
    .option('--rate-per-credential <count>', 'requests in 10 s with one key or token', '100')
    .option(
      '--trusted-proxy <address>',
      'whose X-Forwarded-For is believed besides loopback: addresses or networks (repeatable)',
      repeated,
    )
    .option('--announce-after <N/M>', 'what changed is announced when seen so often', '2/3')
    .option('--webhook <url>', 'https of who is to be told when a verdict or a node changes')
    .option('--webhook-secret-file <file>', 'whsec_… to sign with; else credential webhook-secret')
    .option('--webhook-ca <file>', "PEM to trust for it instead of the system's")
    .addHelpText('after', '\nWithout --tls-cert: tls.crt and tls.key of $CREDENTIALS_DIRECTORY.')
    .action((options: ServeOptions) => done(serve(options, io)));
};

async function serve(options: ServeOptions, io: Io): Promise<ExitName> {
  const address = parseListen(options.listen);
  const files = pairFilesOf(options, io.env.CREDENTIALS_DIRECTORY);
  mustBeSafe(address, options, files !== null);
  const [retention, rates] = [parseRetention(options), parseRates(options)];
  const announceAfter = parseDamping(options);
  const proxies = trustedProxies(parseProxies(options));
  const pair = files === null ? null : readPair(files, io.now());
  const webhook = webhookOf(options, io.env.CREDENTIALS_DIRECTORY);
  // Loaded only here: no other command needs a web server or a native module.
  const { openStore } = await import('../store/open.ts');
  const { buildApp } = await import('../app.ts');
  const { adviseCpu } = await import('../cpu-advice.ts');
  const { tokenBook } = await import('../tokens.ts');
  const { closeWithin, defaultServerLimits, limitedServers } = await import('../server.ts');
  const { keepRetention } = await import('../retention.ts');
  const store = await openStore(options.database, passwordFileOf(options, io.env));
  try {
    const servers = limitedServers(defaultServerLimits, pair, proxies);
    const { now } = io;
    const app = await buildApp({
      ...{ store, servers, rates, proxies, now, tokens: tokenBook(store), advise: adviseCpu },
      openPage: options.openPage,
      ...{ approval: options.approveEnrolments, announceAfter },
      ...(webhook === null ? {} : { webhook }),
      logger: { level: 'info' },
    });
    const stopped = stopSignal();
    const notify = notifyOf(io.env, (err) => app.log.error({ err }, 'systemd was not told'));
    rereadAtHangup({ files, servers, now, log: app.log, notify });
    await listen(app, address, pair !== null).catch((error) => refuse(options.listen, error));
    const onError = (error: unknown) => app.log.error({ err: error }, 'history was not cleared');
    const endRetention = keepRetention({ store, retention, now, onError });
    const endFeeding = feedWatchdog({
      ...{ environment: io.env, pid: process.pid, notify, ping: () => alive(store, options) },
      onError: (err) => app.log.error({ err }, 'the store does not answer the watchdog'),
    });
    await notify('READY=1');
    app.log.info(`stopping on ${await stopped}`);
    await notify('STOPPING=1');
    endFeeding();
    await endRetention();
    const finished = await closeWithin(STOP_LIMIT_MS, app, servers);
    if (!finished) app.log.warn('cut off who was still being served');
  } finally {
    await store.close();
  }
  return 'open';
}

/** A server that is gone comes back, and to start anew would not bring it. */
async function alive(store: Store, { database }: ServeOptions): Promise<void> {
  await store.ping().catch((error: unknown) => {
    if (!isPostgres(database) || !(error instanceof StoreUnavailable)) throw error;
  });
}

function listen(app: App, address: { host: string; port: number }, tls: boolean) {
  return app.listen({
    ...address,
    // Fastify does not know what our servers speak.
    listenTextResolver: (plain) =>
      `Server listening at ${tls ? plain.replace(/^http:/, 'https:') : plain}`,
  });
}

interface Rereading {
  files: PairFiles | null;
  servers: Servers;
  now(): Date;
  log: FastifyBaseLogger;
  notify: Notify;
}

function rereadAtHangup({ notify, ...rereading }: Rereading): void {
  process.on('SIGHUP', () => {
    void notify('RELOADING=1')
      .then(() => reread(rereading))
      .then(() => notify('READY=1'));
  });
}

/** Open connections go on; a pair that does not do leaves the one before in place. */
function reread({ files, servers, now, log }: Omit<Rereading, 'notify'>): void {
  if (files === null) {
    log.info('SIGHUP: there is no certificate to read again');
    return;
  }
  try {
    servers.renew(readPair(files, now()));
    log.info(`SIGHUP: new connections get the certificate of ${files.cert}`);
  } catch (error) {
    log.error({ err: error }, 'SIGHUP: the certificate before stays');
  }
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
}

function refuse(listen: string, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const why =
    code === 'EADDRINUSE'
      ? 'another program listens there; stop it, or choose another port with --listen'
      : error instanceof Error
        ? error.message
        : String(error);
  throw new CommandError('unavailable', `cannot listen on ${listen}: ${why}`, error);
}
