import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';

/** A certificate, with those between it and its CA, and its key; both PEM. */
export interface TlsPair {
  cert: string;
  key: string;
}

/** How long and how much a client may hold of us. */
export interface ServerLimits {
  /** open at a time, in all and from one address */
  connections: number;
  connectionsPerAddress: number;
  /** for the handshake, then for the headers of a request */
  headersMs: number;
  /** for a whole request, body included */
  requestMs: number;
  /** between two requests on one connection */
  keepAliveMs: number;
  /** without a byte either way in the middle of something */
  silenceMs: number;
  /** how often the limits above are looked at */
  checkMs: number;
}

export const defaultServerLimits: ServerLimits = {
  // Each is some 50 kB with TLS; a connection of an agent lives for a tenth of a second.
  connections: 4000,
  // A thousand nodes behind one NAT may come at once.
  connectionsPerAddress: 1000,
  // Over a bad line, four round trips of two seconds.
  headersMs: 10_000,
  // 1 MiB at 35 kB/s; a report is 6 kB.
  requestMs: 30_000,
  // Above the 60 s for which proxies keep theirs, so that it is not us who hang up.
  keepAliveMs: 65_000,
  silenceMs: 60_000,
  checkMs: 5_000,
};

/** Names of our headers and those of proxies are some 30; a kilobyte of cookie fits too. */
const HEADERS_LIMIT_BYTES = 8 * 1024;
const HEADERS_LIMIT = 60;
const MINIMUM_TLS = 'TLSv1.2';

/** Makes the servers of one app alike, and reaches all of them later. */
export interface Servers {
  /** what Fastify calls for each address that it listens on */
  make(handler: RequestListener): Server;
  /** new connections get the new pair, open ones go on; throws when the two do not fit */
  renew(pair: TlsPair): void;
  /** ends the connections on which nothing is going on, or all of them */
  cut(which: 'idle' | 'all'): void;
}

/**
 * Servers that speak TLS with the pair, or plain HTTP without one. Whom a proxy forwards comes with
 * its address: its connections count towards the limit of all, and not of one address.
 */
export function limitedServers(
  limits: ServerLimits,
  pair: TlsPair | null,
  isProxy: (address: string) => boolean = () => false,
): Servers {
  const secure: TlsServer[] = [];
  const all: Server[] = [];

  function make(handler: RequestListener): Server {
    const options = {
      maxHeaderSize: HEADERS_LIMIT_BYTES,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: limits.checkMs,
    };
    if (pair === null) return limited(createServer(options, handler));
    const tls = { ...contextOf(pair), handshakeTimeout: limits.headersMs };
    const server = createTlsServer({ ...options, ...tls }, handler);
    secure.push(server);
    return limited(server);
  }

  function limited<S extends Server>(server: S): S {
    server.maxHeadersCount = HEADERS_LIMIT;
    server.maxConnections = limits.connections;
    server.setTimeout(limits.silenceMs);
    limitAddresses(server, limits.connectionsPerAddress, isProxy);
    all.push(server);
    return server;
  }

  return {
    make,
    renew(next) {
      const context = contextOf(next);
      // The first throws before any server has changed.
      createSecureContext(context);
      for (const server of secure) server.setSecureContext(context);
    },
    cut(which) {
      for (const server of all) {
        if (which === 'idle') server.closeIdleConnections();
        else server.closeAllConnections();
      }
    },
  };
}

/** How often connections are ended that became idle while their server closes. */
const IDLE_CHECK_MS = 50;

/** Closes the app: whoever is served may finish, within a limit; says whether all did. */
export async function closeWithin(
  limitMs: number,
  app: { close(): PromiseLike<unknown> },
  servers: Servers,
): Promise<boolean> {
  let finished = true;
  const limit = setTimeout(() => {
    finished = false;
    servers.cut('all');
  }, limitMs);
  // A client may keep its connection after its last answer; it is not waited for.
  const idle = setInterval(() => servers.cut('idle'), IDLE_CHECK_MS);
  await app.close();
  clearTimeout(limit);
  clearInterval(idle);
  return finished;
}

function contextOf({ cert, key }: TlsPair) {
  return { cert, key, minVersion: MINIMUM_TLS } as const;
}

/** Hangs up on an address that has that many connections open already, unless it is a proxy's. */
function limitAddresses(server: Server, most: number, isProxy: (address: string) => boolean): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    if (isProxy(address)) return;
    const count = open.get(address) ?? 0;
    if (count >= most) {
      socket.destroy();
      return;
    }
    open.set(address, count + 1);
    socket.on('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}
