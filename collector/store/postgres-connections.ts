import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from 'node:tls';
import type { Pool, PoolClient, QueryConfig, QueryResultRow } from 'pg';
import type { PostgresAddress } from './postgres-address.ts';
import { isContention, isEnvironmental, unavailable, wordsOf } from './postgres-errors.ts';
import type { Session } from './postgres-statements.ts';
import { StoreUnavailable } from './store.ts';
import type { Transaction } from './write-lanes.ts';

/** Ways to the server, which come back by themselves when it does. */
export interface Connections {
  /** each statement for itself */
  read: Transaction<Session>;
  /** all statements see one moment, and change nothing */
  readAtOnce: Transaction<Session>;
  /** all statements or none, committed to disk; the body may be run again */
  transaction: Transaction<Session>;
  /** the same in two round trips, for a body that sends what it can together */
  briefTransaction: BriefTransaction;
  /** one transaction that may take as long as it takes, and is not tried again */
  longTransaction: Transaction<Session>;
  /** rejects soon when the server does not answer, or takes no writes */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** A transaction whose body may send `commit` together with its last statements. */
export type BriefTransaction = <T>(
  body: (session: Session, commit: () => Promise<void>) => Promise<T>,
) => Promise<T>;

/** A collector writes for a handful of senders at a time; the server's limit is 100 for all. */
const CONNECTIONS_MAX = 10;
const CONNECT_LIMIT_MS = 5_000;
/** The slowest statement reads every newest report's row of a large cluster: some 100 ms. */
const STATEMENT_LIMIT_MS = 30_000;
/** Longer than the server takes to say that it took too long. */
const ANSWER_LIMIT_MS = STATEMENT_LIMIT_MS + 5_000;
const LONG_LIMIT_MS = 24 * 3_600_000;
const PING_LIMIT_MS = 3_000;
const IDLE_MS = 60_000;
/** Two that are in each other's way: one of them goes on, so this many is very many. */
const ATTEMPTS_MAX = 8;

/** PostgreSQL's type int8, which its client gives as text: no number of ours is beyond 2^53. */
const INT8 = 20;

/** A session may not lose what was acknowledged, nor hold others up for long. */
const sessionSettings = `SELECT
  set_config('synchronous_commit', CASE current_setting('synchronous_commit')
    WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false),
  set_config('statement_timeout', '${STATEMENT_LIMIT_MS}', false),
  set_config('lock_timeout', '${STATEMENT_LIMIT_MS / 2}', false),
  set_config('idle_in_transaction_session_timeout', '${ANSWER_LIMIT_MS}', false)`;

/** Connections to the database at `address`; none is made before it is needed. */
export async function connectionsTo(
  address: PostgresAddress,
  passwordFile: string | null,
): Promise<Connections> {
  // Loaded here and not above: most commands need no database.
  const { Pool, TypeOverrides } = await import('pg');
  const types = new TypeOverrides();
  types.setTypeParser(INT8, Number);
  const { host, port, user, database } = address;
  const pool = new Pool({
    ...{ host, port, user, database, types },
    // Without one the client looks at PGPASSWORD, PGPASSFILE and ~/.pgpass.
    ...(passwordFile !== null && { password: () => readPassword(passwordFile) }),
    ssl: await tlsOf(address),
    application_name: 'muster',
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    idleTimeoutMillis: IDLE_MS,
    query_timeout: ANSWER_LIMIT_MS,
    keepAlive: true,
    // Statements that do not wait for each other's answers go out together.
    pipeline: true,
    verify: (client, done) => {
      const asked = { text: sessionSettings, query_timeout: CONNECT_LIMIT_MS };
      client.query(asked).then(() => done(), done);
    },
  });
  // A connection that breaks says so to all it knows, before it is ready for use already; the
  // statement under way rejects with the same.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // The pool has dropped the connection; who needs the next one hears why there is none.
  pool.on('error', () => undefined);
  return connectionsOf(pool);
}

function connectionsOf(pool: Pool): Connections {
  const transaction = inTransaction(pool, BEGIN);
  const brief = inBriefTransaction(pool);
  return {
    read: (body) => onConnection(pool, body),
    readAtOnce: inTransaction(pool, 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY'),
    transaction: (body) => untilUndisturbed(() => transaction(body)),
    briefTransaction: (body) => untilUndisturbed(() => brief(body)),
    longTransaction: (body) =>
      transaction(async (session) => {
        await session.query({
          text: 'SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0',
        });
        return body(patient(session));
      }),
    ping: () => onConnection(pool, mustTakeWrites),
    close: () => pool.end(),
  };
}

const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED';

function inTransaction(pool: Pool, begin: string): Transaction<Session> {
  return (body) =>
    onConnection(pool, async (session) => {
      await session.query({ text: begin });
      return orRolledBack(session, async () => {
        const result = await body(session);
        await commit(session);
        return result;
      });
    });
}

/** Nobody waits for the answer to BEGIN; when it fails, so does all that went out with it. */
function inBriefTransaction(pool: Pool): BriefTransaction {
  return (body) =>
    onConnection(pool, async (session) => {
      const begun = session.query({ text: BEGIN });
      const after: Session = {
        async query<Row extends QueryResultRow>(config: QueryConfig) {
          const [answer] = await Promise.all([session.query<Row>(config), begun]);
          return answer;
        },
      };
      let committed: Promise<void> | null = null;
      const once = () => {
        committed ??= commit(session);
        return committed;
      };
      return orRolledBack(session, async () => {
        const result = await body(after, once);
        await once();
        return result;
      });
    });
}

async function commit(session: Session): Promise<void> {
  const { command } = await session.query({ text: 'COMMIT' });
  // The server rolls back, and says so, when a statement's error was not passed on.
  if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`);
}

async function orRolledBack<T>(session: Session, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!isEnvironmental(error)) await session.query({ text: 'ROLLBACK' });
    throw error;
  }
}

async function onConnection<T>(pool: Pool, body: (session: Session) => Promise<T>): Promise<T> {
  const client = await connect(pool);
  try {
    const result = await body(client);
    client.release();
    return result;
  } catch (error) {
    client.release(isEnvironmental(error));
    throw unavailable(error);
  }
}

/** Whatever goes wrong before the first statement is no mistake of that statement. */
async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new StoreUnavailable(`the database cannot be reached: ${wordsOf(error)}`, error);
  }
}

async function untilUndisturbed<T>(action: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (!isContention(error)) throw error;
      if (attempt === ATTEMPTS_MAX) {
        throw new StoreUnavailable(`others were in the way ${attempt} times`, error);
      }
    }
  }
}

async function mustTakeWrites(session: Session): Promise<void> {
  const text = `SELECT current_setting('transaction_read_only') AS "readOnly"`;
  const asked = { text, query_timeout: PING_LIMIT_MS };
  const { rows } = await session.query<{ readOnly: string }>(asked);
  if (rows[0]?.readOnly !== 'off') {
    throw new StoreUnavailable('the database takes no writes: it is a standby', null);
  }
}

function patient(session: Session): Session {
  return { query: (config) => session.query({ ...config, ...{ query_timeout: LONG_LIMIT_MS } }) };
}

async function readPassword(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
}

/** What `sslmode` asks for, in the words of Node. */
async function tlsOf(address: PostgresAddress): Promise<false | ConnectionOptions> {
  const { sslMode, rootCertificate, certificate } = address;
  if (sslMode === 'disable') return false;
  return {
    rejectUnauthorized: sslMode !== 'require',
    ...(sslMode === 'verify-ca' && { checkServerIdentity: () => undefined }),
    ...(rootCertificate !== null && { ca: await readFile(rootCertificate) }),
    ...(certificate !== null && {
      cert: await readFile(certificate.cert),
      key: await readFile(certificate.key),
    }),
  };
}
