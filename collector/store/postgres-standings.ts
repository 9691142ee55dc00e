import { changeOf as changing, rowOf, rowsOf, type Session } from './postgres-statements.ts';
import type { StandingChange } from './standing.ts';
import { changeOf, RECENT_MAX, type StandingRow, standingColumns } from './standing-rows.ts';

/** The number of the lock under which the changes of a cluster are noted. */
const STANDINGS_LOCK = 0x6d75;

const lock = rowOf('SELECT pg_advisory_xact_lock($1::integer, hashtext($2))');
const insert = changing(
  `WITH last AS (SELECT verdict, fails, unknowns, warns FROM standings
     WHERE cluster = $1 AND node = $2 ORDER BY id DESC LIMIT 1)
   INSERT INTO standings (cluster, ${standingColumns})
   SELECT $1, $2, $3::bigint, coalesce((SELECT verdict FROM last), $4), $5, $6::integer,
     $7::integer, $8::integer
   WHERE NOT EXISTS (SELECT 1 FROM last
     WHERE (verdict, fails, unknowns, warns) = ($5, $6::integer, $7::integer, $8::integer))`,
);
const last = rowsOf<StandingRow>(
  `SELECT DISTINCT ON (node) ${standingColumns} FROM standings WHERE cluster = $1
   ORDER BY node, id DESC`,
);
const recent = rowsOf<StandingRow>(
  `SELECT ${standingColumns} FROM standings WHERE cluster = $1 AND at > $2
   ORDER BY at DESC, id DESC LIMIT $3`,
);
const ofNode = rowsOf<StandingRow>(
  `SELECT ${standingColumns} FROM standings WHERE cluster = $1 AND node = $2
   ORDER BY id DESC LIMIT $3`,
);

/** Keeps changes, but for those that another process noted before. */
export async function noteStandings(
  session: Session,
  cluster: string,
  changes: readonly StandingChange[],
): Promise<void> {
  await lock(session, STANDINGS_LOCK, cluster);
  for (const { node, at, was, verdict, fails, unknowns, warns } of changes) {
    const counts = [fails, unknowns, warns];
    await insert(session, cluster, node ?? '', at.getTime(), was, verdict, ...counts);
  }
}

/** The last change of each node and of the cluster. */
export async function lastStandings(session: Session, cluster: string): Promise<StandingChange[]> {
  return (await last(session, cluster)).map(changeOf);
}

/** What changed after `since`, newest first. */
export async function recentChanges(
  session: Session,
  cluster: string,
  since: Date,
): Promise<StandingChange[]> {
  return (await recent(session, cluster, since.getTime(), RECENT_MAX)).map(changeOf);
}

/** The changes of one node, newest first. */
export async function standingHistory(
  session: Session,
  { cluster, node }: { cluster: string; node: string },
  limit: number,
): Promise<StandingChange[]> {
  return (await ofNode(session, cluster, node, limit)).map(changeOf);
}
