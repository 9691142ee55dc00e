import { CommandError } from '../../shared/exit.ts';
import type { Connections } from './postgres-connections.ts';
import { wordsOf } from './postgres-errors.ts';
import { postgresMigrations } from './postgres-schema.ts';
import { changeOf, rowOf, type Session } from './postgres-statements.ts';

/** Whoever takes the schema further holds this lock: "muster" as a number. */
const SCHEMA_LOCK = 0x6d757374;

interface ServerRow {
  fsync: string;
  encoding: string;
}

const lock = rowOf('SELECT pg_advisory_xact_lock($1)');
const server = rowOf<ServerRow>(
  `SELECT current_setting('fsync') AS fsync, current_setting('server_encoding') AS encoding`,
);
const getVersion = rowOf<{ version: number }>('SELECT version FROM schema_version');
const half = rowOf('SELECT 1 FROM moves WHERE finished_at IS NULL LIMIT 1');
const setVersion = changeOf('UPDATE schema_version SET version = $1');

/** Makes the database ready: durable, and of the newest schema, whoever else does so just now. */
export async function prepareDatabase(connections: Connections, shown: string): Promise<void> {
  try {
    await connections.read(mustBeDurable);
    await migratePostgres(connections, postgresMigrations);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      'unavailable',
      `cannot use the database ${shown}: ${wordsOf(error)}`,
      error,
    );
  }
}

/** Refuses a database into which another store was moved halfway. */
export async function mustBeWhole({ read }: Connections): Promise<void> {
  if ((await read((on) => half(on))) === null) return;
  throw new CommandError(
    'badData',
    'the database holds half of another store: run "muster migrate-store" again, to its end',
  );
}

/** Takes the schema to the end of `steps` in one transaction; refuses a schema that is newer. */
export function migratePostgres(
  { longTransaction }: Pick<Connections, 'longTransaction'>,
  steps: readonly string[],
): Promise<void> {
  return longTransaction(async (session) => {
    await lock(session, SCHEMA_LOCK);
    const version = await versionOf(session);
    if (version > steps.length) {
      throw new CommandError(
        'badData',
        `the database has schema ${version} and this program knows schemas up to ` +
          `${steps.length}: run the newer program again, or restore a backup from before the ` +
          'upgrade',
      );
    }
    if (version === steps.length) return;
    for (const text of steps.slice(version)) await session.query({ text });
    await setVersion(session, steps.length);
  });
}

/** To be called by whoever holds the lock: the table is made when it is not there. */
async function versionOf(session: Session): Promise<number> {
  await session.query({
    text: `CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL);
      INSERT INTO schema_version SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM schema_version)`,
  });
  return (await getVersion(session))?.version ?? 0;
}

async function mustBeDurable(session: Session): Promise<void> {
  const found = await server(session);
  if (found?.encoding !== 'UTF8') {
    throw new CommandError(
      'badData',
      `the database keeps its text as ${found?.encoding}: make one with ENCODING 'UTF8'`,
    );
  }
  if (found.fsync !== 'on') {
    throw new CommandError(
      'badConfiguration',
      'the server runs with fsync=off: it can lose what was acknowledged; set fsync=on',
    );
  }
}
