import { isIPv4 } from 'node:net';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import type { Io, Register } from './command.ts';

interface ServeOptions {
  database: string;
  listen: string;
  openPage: boolean;
  insecureBind: boolean;
}

interface Address {
  host: string;
  port: number;
}

/** `muster serve`: the collector, until it is told to stop. */
export const registerServe: Register = (program, io, done) => {
  program
    .command('serve')
    .description('keep reports, judge clusters, show them: the collector')
    .requiredOption('--database <where>', 'sqlite:PATH or PATH; made when it is not there')
    .option('--listen <address>', 'HOST:PORT to listen on', '127.0.0.1:8470')
    .option('--open-page', 'the page needs no token; on loopback only', false)
    .option('--insecure-bind', 'listen beyond loopback although there is no TLS', false)
    .action((options: ServeOptions) => done(serve(options, io)));
};

async function serve(options: ServeOptions, io: Io): Promise<ExitName> {
  const address = parseListen(options.listen);
  mustBeSafe(address, options);
  // Loaded only here: no other command needs a web server or a native module.
  const { openStore } = await import('../store/open.ts');
  const { buildApp } = await import('../app.ts');
  const { adviseCpu } = await import('../cpu-advice.ts');
  const { tokenBook } = await import('../tokens.ts');
  const store = await openStore(options.database);
  try {
    const app = await buildApp({
      store,
      tokens: tokenBook(store),
      now: io.now,
      openPage: options.openPage,
      advise: adviseCpu,
      logger: { level: 'info' },
    });
    const stopped = stopSignal();
    await app.listen(address).catch((error: unknown) => refuse(options.listen, error));
    app.log.info(`stopping on ${await stopped}`);
    await app.close();
  } finally {
    await store.close();
  }
  return 'open';
}

/** Host and port of `HOST:PORT` or `[IPV6]:PORT`. */
export function parseListen(text: string): Address {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) {
    throw new CommandError('usage', `--listen: expected HOST:PORT, found "${text}"`);
  }
  return { host, port };
}

function mustBeSafe({ host }: Address, options: ServeOptions): void {
  if (isLoopback(host)) return;
  if (!options.insecureBind) {
    throw new CommandError(
      'usage',
      `--listen ${options.listen}: tokens would cross the network unencrypted; listen on ` +
        'loopback behind a proxy that speaks TLS, or give --insecure-bind',
    );
  }
  if (options.openPage) {
    throw new CommandError('usage', '--open-page is for loopback: anyone could read the page');
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
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
