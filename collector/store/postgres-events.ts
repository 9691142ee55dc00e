import { msOf } from './columns.ts';
import type {
  Announced,
  Announcement,
  Delivered,
  EventStore,
  Lease,
  NewEvent,
  StoredEvent,
} from './event.ts';
import {
  type AnnouncedRow,
  announcedColumns,
  announcedOf,
  deliveredOf,
  EVENTS_MAX,
  type EventRow,
  eventColumns,
  eventOf,
  type TargetRow,
  targetColumns,
} from './event-rows.ts';
import { changeOf, rowOf, rowsOf, type Session } from './postgres-statements.ts';

const take = rowOf<{ term: number }>(
  `INSERT INTO leases (name, holder, term, until) VALUES ($1, $2, 1, $3)
   ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until,
     term = leases.term + (leases.holder <> excluded.holder)::integer
   WHERE leases.holder = excluded.holder OR leases.until <= $4 RETURNING term`,
);
// Locked to the end: who takes it meanwhile waits, and reads what was kept under it.
const held = rowOf(
  'SELECT name FROM leases WHERE name = $1 AND holder = $2 AND term = $3 FOR UPDATE',
);
const giveBack = changeOf(
  `UPDATE leases SET holder = '', until = 0 WHERE name = $1 AND holder = $2 AND term = $3`,
);
const allAnnounced = rowsOf<AnnouncedRow>(
  `SELECT ${announcedColumns} FROM announced WHERE cluster = $1 ORDER BY kind, subject`,
);
const putSubjects = changeOf(
  `INSERT INTO announced (cluster, ${announcedColumns})
   SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
   ON CONFLICT (cluster, kind, subject)
   DO UPDATE SET value = excluded.value, recent = excluded.recent, round = excluded.round`,
);
const forget = changeOf(
  `DELETE FROM announced WHERE cluster = $1
   AND (kind, subject) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
);
const insert = changeOf(
  `INSERT INTO events (${eventColumns})
   SELECT at, $1, type, subject, was, now, detail FROM unnest($2::bigint[], $3::text[],
     $4::text[], $5::text[], $6::text[], $7::text[])
     WITH ORDINALITY AS added (at, type, subject, was, now, detail, place) ORDER BY place`,
);
const all = rowsOf<EventRow>(
  `SELECT id, ${eventColumns} FROM events WHERE id > $1 ORDER BY id LIMIT $2`,
);
const ofCluster = rowsOf<EventRow>(
  `SELECT id, ${eventColumns} FROM events WHERE cluster = $1 AND id > $2 ORDER BY id LIMIT $3`,
);
const last = rowOf<{ id: number }>('SELECT coalesce(max(id), 0) AS id FROM events');
const clear = changeOf(
  `DELETE FROM events WHERE id IN (SELECT id FROM events
     WHERE id < (SELECT max(id) FROM events) AND (at < $1 OR id <= coalesce(
       (SELECT id FROM events ORDER BY id DESC LIMIT 1 OFFSET $2), 0))
     ORDER BY id LIMIT $3)`,
);
const getTarget = rowOf<TargetRow>(`SELECT ${targetColumns} FROM event_targets WHERE target = $1`);
const putTarget = changeOf(
  `INSERT INTO event_targets (target, ${targetColumns}) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT (target) DO UPDATE SET after_id = excluded.after_id, failures = excluded.failures,
     first_failed_at = excluded.first_failed_at, next_at = excluded.next_at`,
);

/** Takes a lease that is free, or goes on holding it; null: another holder has it. */
export async function takeLease(
  session: Session,
  ...[{ name, holder }, { until, now }]: Parameters<EventStore['lease']>
): Promise<Lease | null> {
  const row = await take(session, name, holder, msOf(until), msOf(now));
  return row && { name, holder, term: row.term };
}

/** Gives a lease back, unless another holder has it. */
export async function releaseLease(session: Session, lease: Lease): Promise<void> {
  await giveBack(session, lease.name, lease.holder, lease.term);
}

/** All that is kept of a cluster's subjects. */
export async function announced(session: Session, cluster: string): Promise<Announced[]> {
  return (await allAnnounced(session, cluster)).map(announcedOf);
}

/** Keeps what changed, and adds the events; false when another holder has the lease. */
export async function announce(
  session: Session,
  lease: Lease,
  { cluster, subjects, gone, events: added }: Announcement,
): Promise<boolean> {
  if (!(await holds(session, lease))) return false;
  if (gone.length > 0) await forget(session, cluster, ...columnsOf(gone, ['kind', 'subject']));
  if (subjects.length > 0) {
    const rows = subjects.map((one) => ({ ...one, recent: JSON.stringify(one.recent) }));
    const names = ['kind', 'subject', 'value', 'recent', 'round'] as const;
    await putSubjects(session, cluster, ...columnsOf(rows, names));
  }
  if (added.length > 0) {
    const names = ['at', 'type', 'subject', 'was', 'now', 'detail'] as const;
    await insert(session, cluster, ...columnsOf(added.map(rowOfEvent), names));
  }
  return true;
}

/** Events later than one, oldest first. */
export async function events(
  session: Session,
  { after, cluster, limit }: Parameters<EventStore['events']>[0],
): Promise<StoredEvent[]> {
  const rows =
    cluster === undefined
      ? await all(session, after, limit)
      : await ofCluster(session, cluster, after, limit);
  return rows.map(eventOf);
}

/** The id of the last event, 0 before the first. */
export async function lastEvent(session: Session): Promise<number> {
  return (await last(session))?.id ?? 0;
}

/** How many went: those before `oldest`, and those that are too many. */
export function clearEvents(session: Session, oldest: number, limit: number): Promise<number> {
  return clear(session, oldest, EVENTS_MAX, limit);
}

/** How far a target was told; null: it is new. */
export async function delivered(session: Session, target: string): Promise<Delivered | null> {
  const row = await getTarget(session, target);
  return row && deliveredOf(row);
}

/** Keeps how far a target was told; false when another holder has the lease. */
export async function putDelivered(
  session: Session,
  lease: Lease,
  { target, ...told }: Delivered & { target: string },
): Promise<boolean> {
  if (!(await holds(session, lease))) return false;
  const { after, failures, firstFailedAt, nextAt } = told;
  await putTarget(session, target, after, failures, msOf(firstFailedAt), msOf(nextAt));
  return true;
}

async function holds(session: Session, { name, holder, term }: Lease): Promise<boolean> {
  return (await held(session, name, holder, term)) !== null;
}

function rowOfEvent({ at, detail, ...event }: NewEvent) {
  return { ...event, at: msOf(at), detail: JSON.stringify(detail) };
}

/** Rows as the arrays that `unnest` makes rows of again. */
function columnsOf<Name extends string, Cell extends string | number>(
  rows: readonly Readonly<Record<Name, Cell>>[],
  names: readonly Name[],
): Cell[][] {
  return names.map((name) => rows.map((row) => row[name]));
}
