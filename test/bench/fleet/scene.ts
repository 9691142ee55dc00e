import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '../../../collector/store/open.ts';
import type { Store } from '../../../collector/store/store.ts';
import { createToken } from '../../../collector/tokens.ts';
import { startCollectors } from './collectors.ts';
import { type FleetRun, type Outcome, runFleet } from './fleet.ts';
import { bringNews, differences, reportersOf } from './history.ts';
import type { Enrolled } from './node.ts';
import { askAll, type Waited } from './questions.ts';

/** Collectors over a database in which the fleet is enrolled, and what befalls it. */
export interface Scene {
  name: string;
  collectors: number;
  database: string;
  /** processor time of the database's own processes so far; 0: it has none */
  databaseMs?: () => number;
  /** done when half of the time is over */
  trouble?: () => Promise<void>;
}

/** What came of a scene. */
export interface Measured {
  outcome: Outcome;
  /** what is kept and what was acknowledged differ so; empty: they do not */
  found: string[];
  sizeBytes: number;
  /** by which the store grew for each report */
  eachBytes: number;
  /** of processor time for each report, judging in between included */
  collectorMsEach: number;
  databaseMsEach: number;
  busyMib: number;
  askedMib: number;
  waited: Waited;
}

/** Lets the fleet live before the collectors of a scene, then asks them. */
export async function measureScene(
  { database, collectors: count, trouble, databaseMs = () => 0 }: Scene,
  fleet: readonly Enrolled[],
  { run, folder }: { run: FleetRun; folder: string },
): Promise<Measured> {
  const place = mkdtempSync(join(folder, 'scene-'));
  const collectors = await startCollectors(place, database, count);
  const enrolled = fleet.map((one, index) => {
    const collector = collectors.urls[index % collectors.urls.length] ?? '';
    const identity = { ...one.identity, collector };
    return { ...one, identity, target: { collector, ca: collectors.ca } };
  });
  const before = await withStore(database, (store) => store.sizeBytes());
  const [collectorBegan, databaseBegan] = [collectors.cpuMs(), databaseMs()];
  const [outcome] = await Promise.all([
    runFleet(enrolled, run),
    trouble === undefined ? null : pause(run.forMs / 2).then(trouble),
  ]);
  const stored = Math.max(1, outcome.tally.acknowledged.length);
  const collectorMsEach = (collectors.cpuMs() - collectorBegan) / stored;
  const databaseMsEach = (databaseMs() - databaseBegan) / stored;
  const busyMib = collectors.residentMib();
  const after = await withStore(database, async (store) => {
    const sizeBytes = await store.sizeBytes();
    const { acknowledged } = outcome.tally;
    return { sizeBytes, found: await differences(store, enrolled, acknowledged) };
  });
  const waited = await withStore(database, async (store) => {
    const at = new Date();
    const wanted = { name: 'bench', role: 'reader' as const, cluster: null, expiresAt: null };
    const { secret: token } = await createToken(store, wanted, { by: 'bench', at });
    const [reporter] = await reportersOf(store, enrolled.slice(0, 1));
    if (reporter === undefined) throw new Error('there is no fleet');
    const bring = (round: number) => bringNews(store, reporter, 1000 * round);
    return askAll({ collectors, cluster: reporter.cluster, token, folder: place, bring });
  });
  const askedMib = collectors.residentMib();
  await collectors.end();
  const eachBytes = (after.sizeBytes - before) / stored;
  const each = { eachBytes, collectorMsEach, databaseMsEach };
  return { outcome, ...after, ...each, busyMib, askedMib, waited };
}

/** Does something with a store that nobody need close. */
export async function withStore<T>(
  database: string,
  action: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await openStore(database);
  try {
    return await action(store);
  } finally {
    await store.close();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
