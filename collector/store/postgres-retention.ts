import { dropUnused } from './postgres-contents.ts';
import { clearEvents } from './postgres-events.ts';
import { changeOf, rowOf, rowsOf, type Session } from './postgres-statements.ts';
import { repeats, STEP_ROWS, type Told } from './retention-rule.ts';
import type { Retention } from './store.ts';

/** One process at a time clears, whichever comes first; the number of its lock. */
const RETENTION_LOCK = 0x6d757375;

interface Row extends Told {
  id: number;
  skeleton_id: number;
}

interface PairRow extends Row {
  before_collected_at: number | null;
  before_received_at: number;
  before_skeleton_id: number;
}

const isNotCurrent = `id <> (SELECT id FROM reports AS newest
  WHERE newest.node_id = reports.node_id ORDER BY enrolment DESC, sequence DESC LIMIT 1)`;

const tryLock = rowOf<{ got: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS got');
const expired = rowsOf<Pick<Row, 'id' | 'skeleton_id'>>(
  `SELECT id, skeleton_id FROM reports WHERE settled AND received_at < $1 AND ${isNotCurrent}
   ORDER BY received_at LIMIT $2`,
);
const unsettled = rowsOf<{ id: number; node_id: number }>(
  `SELECT id, node_id FROM reports WHERE NOT settled AND received_at < $1 AND ${isNotCurrent}
   ORDER BY received_at LIMIT $2`,
);
const lockNodes = rowsOf(
  'SELECT id FROM nodes WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE',
);
const pairs = rowsOf<PairRow>(
  `SELECT reports.id, reports.collected_at, reports.received_at, reports.skeleton_id,
     last.collected_at AS before_collected_at, last.received_at AS before_received_at,
     last.skeleton_id AS before_skeleton_id
   FROM reports LEFT JOIN LATERAL
     (SELECT * FROM reports AS older WHERE older.node_id = reports.node_id
        AND (older.enrolment, older.sequence) < (reports.enrolment, reports.sequence)
        AND older.received_at >= $2
      ORDER BY older.enrolment DESC, older.sequence DESC LIMIT 1) AS last ON true
   WHERE reports.id = ANY($1::bigint[])`,
);
const remove = changeOf('DELETE FROM reports WHERE id = ANY($1::bigint[])');
const settle = changeOf('UPDATE reports SET settled = true WHERE id = ANY($1::bigint[])');

/**
 * One step, by our own clock, for that of a node may be wrong: how many reports went, and `more`
 * when there may be more to do. Nothing while another process is at it.
 */
export async function retentionStep(
  session: Session,
  { fullMs, maximumMs }: Retention,
  now: Date,
): Promise<{ removed: number; more: boolean }> {
  if (!(await tryLock(session, RETENTION_LOCK))?.got) return { removed: 0, more: false };
  const oldest = maximumMs === null ? Number.MIN_SAFE_INTEGER : now.getTime() - maximumMs;
  const full = Math.max(oldest, now.getTime() - fullMs);
  const gone: Pick<Row, 'id' | 'skeleton_id'>[] = await expired(session, oldest, STEP_ROWS);
  const looked = await pairsBefore(session, { full, oldest, limit: STEP_ROWS - gone.length });
  const kept: number[] = [];
  for (const row of looked) {
    if (row.received_at < oldest || repeats(row, beforeOf(row))) gone.push(row);
    else kept.push(row.id);
  }
  const rows = gone.length + kept.length;
  await remove(session, idsOf(gone));
  await settle(session, kept);
  await dropUnused(session, [...new Set(gone.map(({ skeleton_id }) => skeleton_id))]);
  const cleared = await clearEvents(session, oldest, STEP_ROWS);
  return { removed: gone.length, more: rows === STEP_ROWS || cleared === STEP_ROWS };
}

/** Reports nobody looked at yet, each with the one that stays before it. */
async function pairsBefore(
  session: Session,
  { full, oldest, limit }: { full: number; oldest: number; limit: number },
): Promise<PairRow[]> {
  const found = await unsettled(session, full, limit);
  // Nobody may deliver, late, what would come between two of them.
  await lockNodes(
    session,
    found.map(({ node_id }) => node_id),
  );
  return pairs(session, idsOf(found), oldest);
}

/**
 * Of several that repeat each other one after another, the one before may go in this very step: it
 * said what the one before it said, so the answer is the same.
 */
function beforeOf(row: PairRow): Told | undefined {
  if (row.before_collected_at === null) return undefined;
  return {
    collected_at: row.before_collected_at,
    received_at: row.before_received_at,
    skeleton_id: row.before_skeleton_id,
  };
}

function idsOf(rows: readonly { id: number }[]): number[] {
  return rows.map(({ id }) => id);
}
