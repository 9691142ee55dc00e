import { randomUUID } from 'node:crypto';
import { digestOf } from '../../../agent/spool/entry.ts';
import { figuresOf } from '../../../collector/figures.ts';
import { partsOf, type ReportParts, volatilesOf } from '../../../collector/store/report-parts.ts';
import { joinReport } from '../../../collector/store/report-text.ts';
import type { Delivery, Store } from '../../../collector/store/store.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { type Kind, reportText } from './kinds.ts';
import type { Enrolled } from './node.ts';
import type { Acknowledgement } from './tally.ts';

const DAY_MS = 24 * 3_600_000;
const DAYS_PER_CHANGE = 7;
/** As many nodes' reports wait together for one commit. */
const AT_A_TIME = 64;
const MOST_REPORTS = 10_000;

/** Whose reports are put into the store. */
export interface Reporter {
  cluster: string;
  node: string;
  number: number;
  kind: Kind;
  enrolment: number;
}

/** Those of an enrolled fleet. */
export async function reportersOf(store: Store, fleet: readonly Enrolled[]): Promise<Reporter[]> {
  const keys = new Map((await store.nodeKeys()).map((key) => [key.id, key]));
  return fleet.map(({ identity: { cluster, node, key }, kind, number }) => {
    const enrolment = keys.get(key)?.enrolment ?? 0;
    return { cluster, node, number, kind, enrolment };
  });
}

/**
 * Puts so many days into the store as retention would have left them, a report for each node and
 * day; once a week one that says something new, in between only its instant moves. It is the store
 * that is called, not a collector.
 */
export async function fillHistory(
  store: Store,
  reporters: readonly Reporter[],
  days: number,
): Promise<void> {
  const bootId = randomUUID();
  const nowMs = Date.now();
  for (let first = 0; first < days; first += DAYS_PER_CHANGE) {
    for (let from = 0; from < reporters.length; from += AT_A_TIME) {
      const some = reporters.slice(from, from + AT_A_TIME);
      const begun = some.map((one) => firstOfWeek(one, { first, bootId }));
      for (let day = first; day < Math.min(days, first + DAYS_PER_CHANGE); day++) {
        const at = new Date(nowMs - (days - 1 - day) * DAY_MS);
        await Promise.all(begun.map((week) => store.deliver(onDay(week, day, at))));
      }
    }
  }
}

/** A report for now that says what no other one said. */
export async function bringNews(store: Store, reporter: Reporter, round: number): Promise<void> {
  const week = firstOfWeek(reporter, { first: round, bootId: randomUUID() });
  await store.deliver(onDay(week, Date.now(), new Date()));
}

interface Week {
  reporter: Reporter;
  bootId: string;
  stable: string;
  parts: ReportParts;
}

function firstOfWeek(
  reporter: Reporter,
  { first, bootId }: { first: number; bootId: string },
): Week {
  const { number, node, kind } = reporter;
  const changes = Math.floor(first / DAYS_PER_CHANGE);
  const at = new Date();
  const text = reportText(kind, { number, node, bootId, at, round: first, changes });
  const parts = partsOf(Buffer.from(text));
  if (parts.values[0] !== JSON.stringify(at)) throw new Error('the instant does not come first');
  return { reporter, bootId, stable: parts.stable.toString('utf8'), parts };
}

function onDay({ reporter, bootId, stable, parts }: Week, day: number, at: Date): Delivery {
  const { cluster, node, enrolment, kind } = reporter;
  const values = [JSON.stringify(at), ...parts.values.slice(1)];
  const text = joinReport(stable, values) ?? '';
  return {
    ...{ cluster, node, digest: digestOf(text), sequence: day + 1, bootId, enrolment },
    ...{ collectedAt: at, receivedAt: at, schema: 1, json: Buffer.from(text) },
    parts: { ...parts, values, volatiles: volatilesOf(values) },
    figures: figuresOf(kind.report, defaultPolicy().storage.volumeGroup),
  };
}

/** What differs between what the fleet was told is kept and what is kept, as sentences. */
export async function differences(
  store: Store,
  enrolled: readonly Enrolled[],
  acknowledged: readonly Acknowledgement[],
): Promise<string[]> {
  const told = new Map<string, string[]>();
  for (const { node, sequence, digest } of acknowledged) {
    const before = told.get(node);
    if (before === undefined) told.set(node, [`${sequence} ${digest}`]);
    else before.push(`${sequence} ${digest}`);
  }
  const found: string[] = [];
  for (const { identity } of enrolled) {
    const { cluster, node } = identity;
    const expected = told.get(node) ?? [];
    const history = await store.history(cluster, node, { limit: MOST_REPORTS });
    const ofFleet = history.reverse().filter(({ sequence }) => sequence > MOST_REPORTS);
    const kept = ofFleet.map(({ sequence, digest }) => `${sequence} ${digest}`);
    if (kept.join() === expected.join()) continue;
    found.push(`${node}: told of ${expected.length}, kept ${kept.length}, or in another order`);
  }
  return found;
}
