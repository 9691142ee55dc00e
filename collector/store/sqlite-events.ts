import type { Database } from 'better-sqlite3';
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

export type EventStatements = ReturnType<typeof eventStatements>;

/** Every statement about what was announced. */
export function eventStatements(db: Database) {
  const leases = leaseStatements(db);
  const announced = announcedStatements(db);
  const events = listStatements(db);
  const targets = targetStatements(db);

  return {
    lease: leases.take,
    release: leases.giveBack,
    announced: announced.all,

    announce(lease: Lease, { cluster, subjects, gone, events: added }: Announcement): boolean {
      if (!leases.holds(lease)) return false;
      for (const { kind, subject } of gone) announced.forget(cluster, { kind, subject });
      for (const subject of subjects) announced.put(cluster, subject);
      for (const event of added) events.add(cluster, event);
      return true;
    },

    events: events.page,
    lastEvent: events.last,
    clear: events.clear,
    delivered: targets.get,

    putDelivered(lease: Lease, target: string, delivered: Delivered): boolean {
      if (!leases.holds(lease)) return false;
      targets.put(target, delivered);
      return true;
    },
  };
}

function leaseStatements(db: Database) {
  const take = db.prepare<[string, string, number, number], { term: number }>(
    `INSERT INTO leases (name, holder, term, until) VALUES (?, ?, 1, ?)
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until,
       term = leases.term + (leases.holder <> excluded.holder)
     WHERE leases.holder = excluded.holder OR leases.until <= ? RETURNING term`,
  );
  const holds = db.prepare<[string, string, number], { name: string }>(
    'SELECT name FROM leases WHERE name = ? AND holder = ? AND term = ?',
  );
  const giveBack = db.prepare<[string, string, number]>(
    `UPDATE leases SET holder = '', until = 0 WHERE name = ? AND holder = ? AND term = ?`,
  );

  return {
    take(...[wanted, { until, now }]: Parameters<EventStore['lease']>): Lease | null {
      const { name, holder } = wanted;
      const row = take.get(name, holder, msOf(until), msOf(now));
      return row === undefined ? null : { name, holder, term: row.term };
    },

    holds: ({ name, holder, term }: Lease): boolean => holds.get(name, holder, term) !== undefined,

    giveBack({ name, holder, term }: Lease): void {
      giveBack.run(name, holder, term);
    },
  };
}

function announcedStatements(db: Database) {
  const all = db.prepare<[string], AnnouncedRow>(
    `SELECT ${announcedColumns} FROM announced WHERE cluster = ? ORDER BY kind, subject`,
  );
  const put = db.prepare<string[]>(
    `INSERT OR REPLACE INTO announced (cluster, ${announcedColumns}) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const forget = db.prepare<string[]>(
    'DELETE FROM announced WHERE cluster = ? AND kind = ? AND subject = ?',
  );

  return {
    all: (cluster: string): Announced[] => all.all(cluster).map(announcedOf),

    put(cluster: string, { kind, subject, value, recent, round }: Announced): void {
      put.run(cluster, kind, subject, value, JSON.stringify(recent), round);
    },

    forget(cluster: string, { kind, subject }: Pick<Announced, 'kind' | 'subject'>): void {
      forget.run(cluster, kind, subject);
    },
  };
}

function listStatements(db: Database) {
  const insert = db.prepare<(string | number)[]>(
    `INSERT INTO events (${eventColumns}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const all = db.prepare<[number, number], EventRow>(
    `SELECT id, ${eventColumns} FROM events WHERE id > ? ORDER BY id LIMIT ?`,
  );
  const ofCluster = db.prepare<[string, number, number], EventRow>(
    `SELECT id, ${eventColumns} FROM events WHERE cluster = ? AND id > ? ORDER BY id LIMIT ?`,
  );
  const last = db.prepare<[], { id: number }>('SELECT coalesce(max(id), 0) AS id FROM events');
  const clear = db.prepare<[number, number, number]>(
    `DELETE FROM events WHERE id IN (SELECT id FROM events
       WHERE id < (SELECT max(id) FROM events) AND (at < ? OR id <= coalesce(
         (SELECT id FROM events ORDER BY id DESC LIMIT 1 OFFSET ?), 0))
       ORDER BY id LIMIT ?)`,
  );

  return {
    add(cluster: string, { at, type, subject, was, now, detail }: NewEvent): void {
      insert.run(msOf(at), cluster, type, subject, was, now, JSON.stringify(detail));
    },

    page({ after, cluster, limit }: Parameters<EventStore['events']>[0]): StoredEvent[] {
      const rows =
        cluster === undefined ? all.all(after, limit) : ofCluster.all(cluster, after, limit);
      return rows.map(eventOf);
    },

    last: (): number => last.get()?.id ?? 0,

    /** how many went: those before `oldest`, and those that are too many */
    clear: (oldest: number, limit: number): number => clear.run(oldest, EVENTS_MAX, limit).changes,
  };
}

function targetStatements(db: Database) {
  const get = db.prepare<[string], TargetRow>(
    `SELECT ${targetColumns} FROM event_targets WHERE target = ?`,
  );
  const put = db.prepare<(string | number | null)[]>(
    `INSERT OR REPLACE INTO event_targets (target, ${targetColumns}) VALUES (?, ?, ?, ?, ?)`,
  );

  return {
    get(target: string): Delivered | null {
      const row = get.get(target);
      return row === undefined ? null : deliveredOf(row);
    },

    put(target: string, { after, failures, firstFailedAt, nextAt }: Delivered): void {
      put.run(target, after, failures, msOf(firstFailedAt), msOf(nextAt));
    },
  };
}
