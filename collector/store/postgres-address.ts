import { userInfo } from 'node:os';
import { isLoopback } from '../../shared/checks/names/loopback.ts';
import { CommandError } from '../../shared/exit.ts';

/** How a connection is guarded; libpq's names. */
export type SslMode = 'disable' | 'require' | 'verify-ca' | 'verify-full';

/** Where a database of PostgreSQL is, and who we are there. */
export interface PostgresAddress {
  /** a name, an address, or the folder of a Unix socket */
  host: string;
  port: number;
  user: string;
  database: string;
  sslMode: SslMode;
  /** PEM of the CAs that may vouch for the server; null: those of this machine */
  rootCertificate: string | null;
  /** PEM of the client's certificate and key, when the server asks for one */
  certificate: { cert: string; key: string } | null;
  /** to be shown to people */
  shown: string;
}

const DEFAULT_PORT = 5432;
/** Debian's. */
const SOCKET_FOLDER = '/var/run/postgresql';
const sslModes: readonly SslMode[] = ['disable', 'require', 'verify-ca', 'verify-full'];
const parameters = ['host', 'port', 'user', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey'] as const;
type Parameters = ReadonlyMap<string, string>;

/** Whether the text names a database of PostgreSQL. */
export function isPostgres(database: string): boolean {
  return /^postgres(ql)?:/i.test(database);
}

/** The address in `postgres://USER@HOST:PORT/DATABASE?sslmode=…`, without a password. */
export function parseAddress(
  text: string,
  environment: { readonly PGUSER?: string | undefined } = {},
): PostgresAddress {
  // PostgreSQL takes a user without a host, which a URL may not have.
  const full = text.replace(/^([a-z]+:\/\/[^/?#]*@)\//i, `$1${encodeURIComponent(SOCKET_FOLDER)}/`);
  const url = URL.canParse(full) ? new URL(full) : refuse('it is no URL');
  const query: Parameters = new Map(url.searchParams);
  if (url.password !== '' || query.has('password')) {
    refuse(
      'a password in it can be read by everybody on this machine: give it by ' +
        '--database-password-file FILE, the systemd credential database-password, ~/.pgpass, ' +
        'PGPASSFILE or PGPASSWORD',
    );
  }
  mustBeKnown(query);
  const host = decoded(url.hostname).replace(/^\[(.*)\]$/, '$1');
  const where = query.get('host') ?? (host === '' ? SOCKET_FOLDER : host);
  const user = query.get('user') ?? decoded(url.username);
  const named = user === '' ? (environment.PGUSER ?? userInfo().username) : user;
  const path = decoded(url.pathname.replace(/^\//, ''));
  const database = path === '' ? named : path;
  const port = portOf(query.get('port') ?? url.port);
  return {
    host: where,
    port,
    user: named,
    database,
    sslMode: sslModeOf(query, where),
    rootCertificate: query.get('sslrootcert') ?? null,
    certificate: pairOf(query),
    shown: `${database} of ${named} at ${where}${isSocket(where) ? '' : `:${port}`}`,
  };
}

function mustBeKnown(query: Parameters): void {
  const known: readonly string[] = parameters;
  for (const name of query.keys()) {
    if (!known.includes(name)) {
      refuse(`"${name}" is not known; known are ${parameters.join(', ')}`);
    }
  }
}

function portOf(text: string): number {
  const port = text === '' ? DEFAULT_PORT : Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  return refuse(`"${text}" is no port`);
}

/** What leaves this machine is encrypted, and to whom it goes is made sure, unless told. */
function sslModeOf(query: Parameters, host: string): SslMode {
  const text = query.get('sslmode');
  if (text === undefined) return isLocal(host) ? 'disable' : 'verify-full';
  const mode = sslModes.find((known) => known === text);
  return mode ?? refuse(`sslmode: expected ${sslModes.join(', ')}, found "${text}"`);
}

function pairOf(query: Parameters): PostgresAddress['certificate'] {
  const [cert, key] = [query.get('sslcert') ?? null, query.get('sslkey') ?? null];
  if (cert === null && key === null) return null;
  return cert !== null && key !== null ? { cert, key } : refuse('sslcert needs sslkey');
}

function isLocal(host: string): boolean {
  return isSocket(host) || host === 'localhost' || isLoopback(host);
}

function isSocket(host: string): boolean {
  return host.startsWith('/');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return refuse('a % in it is not followed by two hex digits');
    throw error;
  }
}

/** The address itself is not repeated: there may be a password in it. */
function refuse(why: string): never {
  const form = 'postgres://USER@HOST:PORT/DATABASE?sslmode=verify-full';
  throw new CommandError('usage', `--database: expected ${form}, but ${why}`);
}
