import type { Fleet } from '../shared/fleet.ts';
import { defaultPolicy } from '../shared/policy.ts';
import { type PolicyInForce, readPolicyText, showProblem } from '../shared/policy-file.ts';
import type { Report } from '../shared/report.ts';
import { agedView, type ClusterView, viewOfFleet } from './cluster-view.ts';
import { type FleetJudge, fleetJudge } from './fleet-judge.ts';
import type { CurrentReport, Store, StoredPolicy, StoredWaiver } from './store/store.ts';
import { type StoredReports, storedReports } from './stored-reports.ts';

/** Gives a cluster as it stands in the store. */
export interface FleetSource {
  /** null: no report, policy, waiver or key ever came for such a cluster */
  view(cluster: string, now: Date): Promise<ClusterView | null>;
  /**
   * For people: of a large cluster the last judgement, when it is young and no policy or waiver
   * came after it; the instant it holds for is in the view.
   */
  recentView(cluster: string, now: Date): Promise<ClusterView | null>;
}

export interface SourceOptions {
  /** is told each new judgement and the one before it, before anybody sees it */
  onJudged?(view: ClusterView, before: ClusterView | null): Promise<void>;
}

/** Messages name ages to the minute; a judgement is not shown for longer than half of one. */
const HOLD_MS = 30_000;
/** How old a judgement may be that is shown in place of a new one: some rounds of `keepJudged`. */
const RECENT_MS = 60_000;
/** Those rest for four times as long as they took; this is one of them, with air. */
const RECENT_ROUNDS = 8;
/** A smaller cluster is judged within the time in which its page is sent. */
const LARGE_NODES = 50;

interface Judged {
  key: string;
  said: string;
  view: ClusterView;
  reports: Map<number, Report>;
  reader: StoredReports;
  judge: FleetJudge;
  /** how long it took */
  tookMs: number;
  /** of the policy that `judge` goes by */
  digest: string | null;
  /** up to this instant, exclusive, time alone changes no judgement */
  untilMs: number;
}

/** What people said of a cluster. */
interface Said {
  policy: StoredPolicy | null;
  waivers: StoredWaiver[];
  /** stands for the policy and the waivers */
  said: string;
}

/** What the store holds of a cluster that decides what is judged. */
interface Held extends Said {
  current: CurrentReport[];
  /** stands for all of it */
  key: string;
}

/**
 * A source that judges anew only when a newest report, the policy or a waiver changed, or when time
 * made a report stale or ended a waiver; in between only the ages move.
 */
export function fleetSource(store: Store, { onJudged }: SourceOptions = {}): FleetSource {
  const judged = new Map<string, Judged>();
  const underway = new Map<string, Promise<Judged>>();

  /** One judgement of a cluster at a time, which all who ask meanwhile share. */
  async function judgedNow(cluster: string, now: Date): Promise<Judged | null> {
    await underway.get(cluster);
    const held = await heldOf(store, cluster);
    if (held === null) return null;
    const last = judged.get(cluster);
    if (last?.key === held.key && stillHolds(last, now)) return last;
    const other = underway.get(cluster);
    if (other !== undefined) return judgedNow(cluster, now);
    const next = judgedAndTold({ store, cluster, held, last, now });
    underway.set(cluster, next);
    return next;
  }

  /** Under way until it is told and kept: whoever waits would else ask again and again. */
  async function judgedAndTold(anew: Anew): Promise<Judged> {
    try {
      const done = await judgeAnew(anew);
      await onJudged?.(done.view, anew.last?.view ?? null);
      judged.set(anew.cluster, done);
      return done;
    } finally {
      underway.delete(anew.cluster);
    }
  }

  async function view(cluster: string, now: Date): Promise<ClusterView | null> {
    const found = await judgedNow(cluster, now);
    return found && agedView(found.view, now);
  }

  return {
    view,
    async recentView(cluster, now) {
      const last = judged.get(cluster);
      if (last === undefined || !isRecent(last, now)) return view(cluster, now);
      const { said } = await saidOf(store, cluster);
      return said === last.said ? last.view : view(cluster, now);
    },
  };
}

function isRecent({ view, tookMs }: Judged, now: Date): boolean {
  const ageMs = now.getTime() - view.fleet.now.getTime();
  return view.fleet.nodes.length >= LARGE_NODES && ageMs >= 0 && ageMs <= shownForMs(tookMs);
}

/** How long a judgement is shown that took so many milliseconds. */
export function shownForMs(tookMs: number): number {
  return Math.max(RECENT_MS, RECENT_ROUNDS * tookMs);
}

async function heldOf(store: Store, cluster: string): Promise<Held | null> {
  const current = await store.current(cluster);
  const people = await saidOf(store, cluster);
  if (current.length === 0 && people.policy === null && people.waivers.length === 0) {
    // A cluster whose nodes are enrolled and have not said anything is one all the same.
    if ((await store.nodeKeys(cluster)).length === 0) return null;
  }
  return { current, ...people, key: `${people.said} ${idsOf(current)}` };
}

async function saidOf(store: Store, cluster: string): Promise<Said> {
  const policy = await store.policy(cluster);
  const waivers = await store.waivers(cluster);
  // A waiver is never changed, only added and removed: its id stands for it.
  return { policy, waivers, said: [policy?.digest, idsOf(waivers)].join(' ') };
}

function idsOf(list: readonly { id: number }[]): string {
  return list.map(({ id }) => id).join();
}

interface Anew {
  store: Store;
  cluster: string;
  held: Held;
  last: Judged | undefined;
  now: Date;
}

async function judgeAnew({ store, cluster, held, last, now }: Anew): Promise<Judged> {
  const began = performance.now();
  const digest = held.policy?.digest ?? null;
  const samePolicy = last !== undefined && last.digest === digest;
  const judge = samePolicy ? last.judge : fleetJudge(await policyOf(cluster, held.policy));
  const reader = last?.reader ?? storedReports(store);
  const reports = await reader.read(held.current, last?.reports ?? new Map());
  const fleet = await judge.judge({
    cluster,
    reports: [...reports.values()],
    waivers: held.waivers.map(({ waiver }) => waiver),
    now,
  });
  const { key, said } = held;
  const untilMs = nextChangeMs(fleet, held.waivers);
  const view = viewOfFleet(fleet);
  const tookMs = performance.now() - began;
  return { key, said, digest, view, reports, reader, judge, tookMs, untilMs };
}

function stillHolds(judged: Judged, now: Date): boolean {
  return now >= judged.view.fleet.now && now.getTime() < judged.untilMs;
}

/**
 * The next instant at which a report ceases to count, a waiver ends, or messages tell an old age.
 */
function nextChangeMs(fleet: Fleet, waivers: readonly StoredWaiver[]): number {
  const nowMs = fleet.now.getTime();
  const limits = fleet.nodes.flatMap(({ report }) =>
    report === null ? [] : [Date.parse(report.collectedAt) + fleet.policy.thresholds.maximumAge],
  );
  const ends = waivers.map(({ waiver }) => Date.parse(waiver.expires)).filter((end) => end > nowMs);
  return limits
    .filter((limit) => limit >= nowMs)
    .concat(ends)
    .reduce((first, instant) => Math.min(first, instant), nowMs + HOLD_MS);
}

async function policyOf(cluster: string, stored: StoredPolicy | null): Promise<PolicyInForce> {
  if (stored === null) return { policy: defaultPolicy(), rules: [] };
  const result = await readPolicyText(stored.text, `the policy of ${cluster}`);
  if (result.ok) return result;
  throw new Error(result.problems.map(showProblem).join('; '));
}
