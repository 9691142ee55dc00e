import type { Verdict } from '../../shared/check.ts';
import type { SeriesPoint, StandingChange } from './standing.ts';

/** A list for a page; whoever wants more reads the history of a node. */
export const RECENT_MAX = 100;

/** How a judgement changed, as its table keeps it. */
export interface StandingRow {
  /** '' stands for the cluster: NULL would not be equal to itself */
  node: string;
  at: number;
  /** a CHECK of the table holds both to this */
  was: Verdict | null;
  verdict: Verdict;
  fails: number;
  unknowns: number;
  warns: number;
}

export const standingColumns = 'node, at, was, verdict, fails, unknowns, warns';

/** The figures of a node at one time, as their table keeps them. */
export interface PointRow {
  at: number;
  vg_free: number | null;
  vg_size: number | null;
  memory_available: number | null;
  clock_offset: number | null;
}

export const pointColumns = 'at, vg_free, vg_size, memory_available, clock_offset';

/** The change of a row. */
export function changeOf({ node, at, ...row }: StandingRow): StandingChange {
  return { node: node === '' ? null : node, at: new Date(at), ...row };
}

/** The point of a row. */
export function pointOf(row: PointRow): SeriesPoint {
  return {
    at: new Date(row.at),
    vgFreeBytes: row.vg_free,
    vgSizeBytes: row.vg_size,
    memoryAvailableBytes: row.memory_available,
    clockOffsetMs: row.clock_offset,
  };
}
