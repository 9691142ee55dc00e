import type { Fleet } from '../shared/fleet.ts';
import { groupedBy } from '../shared/grouping.ts';
import { added, type Counts, countsOf } from '../shared/render/counts.ts';
import { countsOfFleet, countsOnce } from './finding-counts.ts';
import type { Standing, StandingChange, StandingStore } from './store/standing.ts';

/** Keeps, of each new judgement, what changed since the one before. */
export type StandingKeeper = (fleet: Fleet) => Promise<void>;

/** A keeper that reads the last standings of a cluster once, and after that only writes changes. */
export function standingKeeper(
  store: Pick<StandingStore, 'standings' | 'noteStandings'>,
): StandingKeeper {
  const known = new Map<string, Map<string | null, Standing>>();

  async function lastOf(cluster: string): Promise<Map<string | null, Standing>> {
    const last = known.get(cluster);
    if (last !== undefined) return last;
    const stored = await store.standings(cluster);
    return new Map(stored.map((standing) => [standing.node, standing]));
  }

  return async (fleet) => {
    const last = await lastOf(fleet.cluster);
    const changes = standingChanges(fleet, last);
    if (changes.length > 0) await store.noteStandings(fleet.cluster, changes);
    for (const change of changes) last.set(change.node, change);
    known.set(fleet.cluster, last);
  };
}

/** What of the fleet stands otherwise than before. */
export function standingChanges(
  fleet: Fleet,
  last: ReadonlyMap<string | null, Standing>,
): StandingChange[] {
  return standingsOf(fleet).flatMap((standing) => {
    const before = last.get(standing.node);
    if (before !== undefined && isSame(before, standing)) return [];
    return [{ ...standing, at: fleet.now, was: before?.verdict ?? null }];
  });
}

/** How the cluster as a whole stands, and each of its nodes. */
export function standingsOf(fleet: Fleet): Standing[] {
  const laid = groupedBy(fleet.clusterFindings, ({ node }) => node);
  const ofNodes = fleet.nodes.map(({ node, findings }) => {
    const own = countsOnce(findings);
    const across = laid.get(node);
    return standingOf(node, across === undefined ? own : added([own, countsOf(across)]));
  });
  return [standingOf(null, countsOfFleet(fleet)), ...ofNodes];
}

function standingOf(node: string | null, { fail, unknown, warn }: Counts): Standing {
  const verdict = fail > 0 ? 'fail' : unknown > 0 ? 'unknown' : warn > 0 ? 'warn' : 'pass';
  return { node, verdict, fails: fail, unknowns: unknown, warns: warn };
}

function isSame(one: Standing, other: Standing): boolean {
  return (
    one.verdict === other.verdict &&
    one.fails === other.fails &&
    one.unknowns === other.unknowns &&
    one.warns === other.warns
  );
}
