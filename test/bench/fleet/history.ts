import { randomUUID } from 'node:crypto';
import { digestOf } from '../../../agent/spool/entry.ts';
import type { Store } from '../../../collector/store/store.ts';
import { reportText } from './kinds.ts';
import type { Enrolled } from './node.ts';
import type { Acknowledgement } from './tally.ts';

const DAY_MS = 24 * 3_600_000;
const DAYS_PER_CHANGE = 7;
/** As many wait together for one commit. */
const AT_A_TIME = 32;
const MOST_REPORTS = 10_000;

/**
 * Puts so many days into the store as retention would have left them, a report for each node and
 * day; once a week one that says something new. It is the store that is called, not a collector.
 */
export async function fillHistory(
  store: Store,
  enrolled: readonly Enrolled[],
  days: number,
): Promise<void> {
  const keys = new Map((await store.nodeKeys()).map((key) => [key.id, key]));
  const bootId = randomUUID();
  for (let day = 0; day < days; day++) {
    const at = new Date(Date.now() - (days - day) * DAY_MS);
    const changes = Math.floor(day / DAYS_PER_CHANGE);
    const deliver = async ({ identity, kind, number }: Enrolled) => {
      const { node, cluster } = identity;
      const text = reportText(kind, { number, node, bootId, at, round: day, changes });
      await store.deliver({
        ...{ cluster, node, digest: digestOf(text), sequence: day + 1, bootId },
        enrolment: keys.get(identity.key)?.enrolment ?? 0,
        ...{ collectedAt: at, receivedAt: at, schema: 1, json: Buffer.from(text) },
      });
    };
    for (let from = 0; from < enrolled.length; from += AT_A_TIME) {
      await Promise.all(enrolled.slice(from, from + AT_A_TIME).map(deliver));
    }
  }
}

/** What differs between what the fleet was told is kept and what is kept, as sentences. */
export async function differences(
  store: Store,
  enrolled: readonly Enrolled[],
  acknowledged: readonly Acknowledgement[],
): Promise<string[]> {
  const told = new Map<string, string[]>();
  for (const { node, sequence, digest } of acknowledged) {
    told.set(node, [...(told.get(node) ?? []), `${sequence} ${digest}`]);
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
