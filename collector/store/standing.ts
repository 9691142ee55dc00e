import type { Verdict } from '../../shared/check.ts';
import type { PastReport } from './store.ts';

/** How many findings of each kind that asks for attention, waived ones left out. */
export interface Troubles {
  fails: number;
  unknowns: number;
  warns: number;
}

/** How a node (or the cluster: node null) stands by its worst finding. */
export interface Standing extends Troubles {
  node: string | null;
  verdict: Verdict;
}

/** A judgement that changed: what it was before, and what it is from `at` on. */
export interface StandingChange extends Standing {
  at: Date;
  /** null: it was judged for the first time */
  was: Verdict | null;
}

/** The few figures of a report that are drawn over time; null: not told. */
export interface Figures {
  vgFreeBytes: number | null;
  vgSizeBytes: number | null;
  memoryAvailableBytes: number | null;
  clockOffsetMs: number | null;
}

/** The figures of a node at one time. */
export interface SeriesPoint extends Figures {
  at: Date;
}

/** A page looks no further back: ten days of a report every 15 minutes, within milliseconds. */
export const CHANGE_LOOKBACK_REPORTS = 1000;

/** What a store keeps so that no view has to read the history. */
export interface StandingStore {
  /** keeps the changes of one judgement of a cluster */
  noteStandings(cluster: string, changes: readonly StandingChange[]): Promise<void>;
  /** the last change of each node and of the cluster */
  standings(cluster: string): Promise<StandingChange[]>;
  /** what changed after `since`, newest first, up to a hundred */
  recentChanges(cluster: string, since: Date): Promise<StandingChange[]>;
  /** the changes of one node, newest first */
  standingHistory(cluster: string, node: string, limit: number): Promise<StandingChange[]>;
  /** a report of the node without its body; null: it has no such report, or no more */
  pastReport(cluster: string, node: string, id: number): Promise<PastReport | null>;
  /**
   * the two newest reports of a node that follow each other and differ, among the last
   * `CHANGE_LOOKBACK_REPORTS`; null: none do
   */
  lastChange(cluster: string, node: string): Promise<{ from: number; to: number } | null>;
  /** oldest first: every report's for a week, then one an hour for 90 days, then one a day */
  series(cluster: string, node: string, since: Date): Promise<SeriesPoint[]>;
}
