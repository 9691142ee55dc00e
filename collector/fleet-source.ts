import type { Fleet } from '../shared/fleet.ts';
import { defaultPolicy, type Policy } from '../shared/policy.ts';
import { parsePolicy, showProblem } from '../shared/policy-file.ts';
import { type Report, reportSchema, sections } from '../shared/report.ts';
import { buildFleet } from './fleet.ts';
import type { CurrentReport, Store, StoredPolicy } from './store/store.ts';

/** Gives the fleet of a cluster as it stands in the store at `now`. */
export interface FleetSource {
  /** null: no report and no policy ever came for such a cluster */
  fleet(cluster: string, now: Date): Promise<Fleet | null>;
}

/** Messages name ages to the minute; a judgement is not shown for longer than half of one. */
const HOLD_MS = 30_000;

interface Judged {
  key: string;
  fleet: Fleet;
  reports: Map<number, Report>;
  /** up to this instant, exclusive, time alone changes no judgement */
  untilMs: number;
}

/**
 * A source that judges anew only when a newest report or the policy changed, or when time made a
 * report stale; in between only the ages move.
 */
export function fleetSource(store: Store): FleetSource {
  const judged = new Map<string, Judged>();

  return {
    async fleet(cluster, now) {
      const current = await store.current(cluster);
      const policy = await store.policy(cluster);
      if (current.length === 0 && policy === null) return null;

      const key = [policy?.digest, ...current.map((report) => report.id)].join();
      const last = judged.get(cluster);
      if (last?.key === key && stillHolds(last, now)) return aged(last.fleet, now);

      const reports = await readReports(store, current, last?.reports ?? new Map());
      const fleet = buildFleet({
        cluster,
        reports: [...reports.values()],
        policy: policyOf(cluster, policy),
        now,
      });
      judged.set(cluster, { key, fleet, reports, untilMs: nextChangeMs(fleet) });
      return fleet;
    },
  };
}

function stillHolds(judged: Judged, now: Date): boolean {
  return now >= judged.fleet.now && now.getTime() < judged.untilMs;
}

function aged(fleet: Fleet, now: Date): Fleet {
  const nodes = fleet.nodes.map((node) =>
    node.report === null
      ? node
      : { ...node, ageMs: now.getTime() - Date.parse(node.report.collectedAt) },
  );
  return { ...fleet, now, nodes };
}

/** The next instant at which a report ceases to count, or at which messages tell an old age. */
function nextChangeMs(fleet: Fleet): number {
  const nowMs = fleet.now.getTime();
  const limits = fleet.nodes.flatMap(({ report }) =>
    report === null ? [] : [Date.parse(report.collectedAt) + fleet.policy.thresholds.maximumAge],
  );
  return limits
    .filter((limit) => limit >= nowMs)
    .reduce((first, limit) => Math.min(first, limit), nowMs + HOLD_MS);
}

async function readReports(
  store: Store,
  current: readonly CurrentReport[],
  known: ReadonlyMap<number, Report>,
): Promise<Map<number, Report>> {
  const wanted = current.filter((one) => !known.has(one.id));
  const bodies = await store.bodies(wanted.map((one) => one.id));
  const read = new Map(wanted.map((one, index) => [one.id, readReport(one, bodies[index] ?? '')]));
  const reports = new Map<number, Report>();
  for (const { id } of current) {
    const report = known.get(id) ?? read.get(id);
    if (report !== undefined) reports.set(id, report);
  }
  return reports;
}

/** What the store holds is checked again: it may be damaged, or of another program's version. */
function readReport(current: CurrentReport, body: string): Report {
  try {
    return reportSchema.parse(JSON.parse(body));
  } catch (error) {
    return unreadable(current, error);
  }
}

/** A node must not vanish with its report: every section failed, so every check is `unknown`. */
function unreadable(current: CurrentReport, error: unknown): Report {
  const reason = error instanceof Error ? error.message.slice(0, 300) : String(error);
  const message = `report ${current.id} in the store cannot be read: ${reason}`;
  const failed = {
    status: 'failed',
    error: { kind: 'unparsable', message, source: null },
  } as const;
  return {
    schema: 1,
    node: current.node,
    collectedAt: current.collectedAt.toISOString(),
    agent: { version: 'unknown', privileged: false, origin: 'live' },
    tookMs: {},
    sections: Object.fromEntries(sections.map((section) => [section, failed])),
  };
}

function policyOf(cluster: string, stored: StoredPolicy | null): Policy {
  if (stored === null) return defaultPolicy();
  const result = parsePolicy(stored.text, `the policy of ${cluster}`);
  if (result.ok) return result.policy;
  throw new Error(result.problems.map(showProblem).join('; '));
}
