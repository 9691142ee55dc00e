import type { Fleet } from '../../shared/fleet.ts';

/** A collector that nobody could reach for longer finds all nodes silent when it is back. */
const GAP_MS = 20 * 60_000;
/** Within it every agent has tried again: they wait for 15 minutes at most, and a little. */
const WAIT_MS = 20 * 60_000;

interface Heard {
  judgedMs: number;
  /** until then nothing is told of it */
  waitMs: number;
}

/** Whether a cluster was listened to for long enough that its silence is its own. */
export type Listening = (fleet: Fleet) => boolean;

/**
 * Remembers when each cluster was judged: after a gap in which no node reported (the collector or
 * its database was down), the nodes get the time to report before they are called overdue.
 */
export function listening(): Listening {
  const heard = new Map<string, Heard>();
  return (fleet) => {
    const { cluster, now } = fleet;
    const nowMs = now.getTime();
    const before = heard.get(cluster);
    const gap = before === undefined || nowMs - before.judgedMs > GAP_MS;
    const waits = gap && nowMs - newestMs(fleet) > GAP_MS;
    const waitMs = waits ? nowMs + WAIT_MS : (before?.waitMs ?? 0);
    heard.set(cluster, { judgedMs: nowMs, waitMs });
    return nowMs >= waitMs;
  };
}

function newestMs({ nodes }: Fleet): number {
  return nodes.reduce((newest, { report }) => {
    return report === null ? newest : Math.max(newest, Date.parse(report.collectedAt));
  }, 0);
}
