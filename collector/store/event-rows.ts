import { z } from 'zod';
import { dateOf } from './columns.ts';
import type { Announced, Delivered, EventType, ObservedKind, StoredEvent } from './event.ts';

/** Older events go; at one a minute, a week of them stays. */
export const EVENTS_MAX = 10_000;

/** What was announced of a subject, as its table keeps it. */
export interface AnnouncedRow {
  /** a CHECK of the table holds it to this */
  kind: ObservedKind;
  subject: string;
  value: string;
  recent: string;
  round: string;
}

export const announcedColumns = 'kind, subject, value, recent, round';

/** An event, as its table keeps it. */
export interface EventRow {
  id: number;
  at: number;
  cluster: string;
  /** only `announce` writes it */
  type: EventType;
  subject: string;
  was: string;
  now: string;
  detail: string;
}

export const eventColumns = 'at, cluster, type, subject, was, now, detail';

/** How far a target was told, as its table keeps it. */
export interface TargetRow {
  after_id: number;
  failures: number;
  first_failed_at: number | null;
  next_at: number | null;
}

export const targetColumns = 'after_id, failures, first_failed_at, next_at';

/** The subject of a row. */
export function announcedOf({ recent, ...row }: AnnouncedRow): Announced {
  return { ...row, recent: linesOf(recent) };
}

/** The event of a row. */
export function eventOf({ at, detail, ...row }: EventRow): StoredEvent {
  return { ...row, at: dateOf(at), detail: linesOf(detail) };
}

/** How far the target of a row was told. */
export function deliveredOf(row: TargetRow): Delivered {
  return {
    after: row.after_id,
    failures: row.failures,
    firstFailedAt: dateOf(row.first_failed_at),
    nextAt: dateOf(row.next_at),
  };
}

const linesSchema = z.array(z.string());

function linesOf(json: string): string[] {
  return linesSchema.parse(JSON.parse(json));
}
