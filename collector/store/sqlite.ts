import { gunzipSync } from 'node:zlib';
import { groupCommit } from './group-commit.ts';
import { openDatabase } from './sqlite-database.ts';
import { reportStatements } from './sqlite-reports.ts';
import { policyStatements, tokenStatements } from './sqlite-settings.ts';
import { type Store, StoreUnavailable } from './store.ts';

/** The door admits 8 MiB; a body that inflates to more was not written by this program. */
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

/** The embedded store at `path`, checked, migrated and durable; `:memory:` is for tests. */
export async function openSqliteStore(path: string): Promise<Store> {
  const db = await openDatabase(path);
  const reports = reportStatements(db);
  const policies = policyStatements(db);
  const tokens = tokenStatements(db);
  const commit = groupCommit((body) => db.transaction(body).immediate(), isEnvironmental);
  const write = <T>(action: () => T) => guarded(() => commit(action));
  const read = <T>(action: () => T) => guarded(async () => action());

  return {
    deliver: (delivery) => write(() => reports.deliver(delivery)),
    clusters: () => read(() => policies.clusters()),
    current: (cluster) => read(() => reports.current(cluster)),
    bodies: (ids) => read(() => ids.map((id) => inflate(reports.body(id)))),
    policy: (cluster) => read(() => policies.policy(cluster)),
    putPolicy: (cluster, policy) => write(() => policies.putPolicy(cluster, policy)),
    createToken: (token) => write(() => tokens.createToken(token)),
    tokenByHash: (hash) => read(() => tokens.tokenByHash(hash)),
    tokens: () => read(() => tokens.tokens()),
    revokeToken: (id) => write(() => tokens.revokeToken(id)),
    touchToken: (id, at) => write(() => tokens.touchToken(id, at)),
    ping: () => read(() => void policies.clusters()),
    close: async () => {
      await write(() => undefined).finally(() => db.close());
    },
  };
}

function inflate(body: Buffer): string {
  return gunzipSync(body, { maxOutputLength: BODY_LIMIT_BYTES }).toString('utf8');
}

/** Tells what the operator must mend (a full disk, a lock) from mistakes of this program. */
async function guarded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!isEnvironmental(error)) throw error;
    throw new StoreUnavailable(`the store cannot be used now: ${error.message}`, error);
  }
}

const environmental = ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_BUSY', 'SQLITE_READONLY'];

function isEnvironmental(error: unknown): error is Error {
  if (!(error instanceof Error && 'code' in error)) return false;
  // Extended codes are the plain one with a suffix: SQLITE_IOERR_WRITE.
  const code = String(error.code);
  return environmental.some((plain) => code === plain || code.startsWith(`${plain}_`));
}
