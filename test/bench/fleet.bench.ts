// A fleet of simulated agents at collectors over SQLite and PostgreSQL, and once with PostgreSQL
// stopped under load. NODES=10000 SPEED=15 DAYS=30 is the size at which a collector should still be
// comfortable; the default takes one to two minutes.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../collector/store/open.ts';
import type { Store } from '../../collector/store/store.ts';
import { createToken } from '../../collector/tokens.ts';
import { formatBytes } from '../../shared/units.ts';
import { type PostgresServer, postgres, startPostgres } from '../postgres-server.ts';
import { startCollectors } from './fleet/collectors.ts';
import { enrolFleet } from './fleet/enrolment.ts';
import { type FleetRun, runFleet } from './fleet/fleet.ts';
import { differences, fillHistory } from './fleet/history.ts';
import { recordedKinds } from './fleet/kinds.ts';
import { askAll } from './fleet/questions.ts';
import { summaryOf, summaryText } from './fleet/summary.ts';
import { machine } from './measure.ts';

const NODES = Number(process.env.NODES ?? 200);
const KINDS = Number(process.env.KINDS ?? 12);
const DAYS = Number(process.env.DAYS ?? 3);
/** A quarter of an hour passes in so much less. */
const SPEED = Number(process.env.SPEED ?? 300);
const MINUTES = Number(process.env.MINUTES ?? 20);
const MINUTE_MS = 60_000;
const EVERY_MS = 15 * MINUTE_MS;
const REPORTS_A_DAY = 96;
/** PostgreSQL is away for so long, of real time. */
const AWAY_MS = Number(process.env.AWAY_MS ?? 3000);
const CLUSTER = 'fleet.example.org';

const run: FleetRun = {
  ...{ nodes: NODES, everyMs: EVERY_MS / SPEED, forMs: (MINUTES * MINUTE_MS) / SPEED },
  ...{ jitter: 0.05, seed: 1, changeEvery: 50, drainMs: 60_000 },
  outages: { share: 0.05, forMs: (MINUTES * MINUTE_MS) / SPEED / 2 },
  restarts: { share: 0.02, forMs: (MINUTES * MINUTE_MS) / SPEED / 6 },
};

interface Scene {
  name: string;
  collectors: number;
  database: string;
  /** done when half of the time is over */
  trouble?: () => Promise<void>;
}

const out = (text: string) => void process.stdout.write(`${text}\n`);
out(`${machine()}; load average ${loadavg()[0]?.toFixed(1)}`);
out(
  `simulated: ${NODES} nodes of ${KINDS} kinds, a report of each in 15 minutes; ${MINUTES} ` +
    `minutes at ${SPEED} times the speed, delivered in full over HTTPS, a new connection each; ` +
    '5% of the nodes without network for half of it, 2% booted anew',
);
out(
  `before that ${DAYS} days of history as retention leaves it, a report for each node and day, ` +
    'put into the store directly; load, collectors and database share this machine',
);
const server = postgres.met ? await startPostgres() : null;
const folder = mkdtempSync(join(tmpdir(), 'muster-fleet-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
try {
  for (const scene of await scenes(server)) await measure(scene);
} finally {
  await server?.end();
}

async function scenes(running: PostgresServer | null): Promise<Scene[]> {
  const sqlite = { name: 'SQLite', collectors: 1, database: join(folder, 'muster.db') };
  if (running === null) {
    out(`left out: PostgreSQL ${postgres.reason}`);
    return [sqlite];
  }
  const database = async (name: string) => {
    await running.run('postgres', `CREATE DATABASE ${name}`);
    return running.url(name);
  };
  const trouble = async () => {
    await running.stop('immediate');
    await pause(AWAY_MS);
    await running.start();
  };
  return [
    sqlite,
    { name: 'PostgreSQL', collectors: 1, database: await database('one') },
    { name: 'PostgreSQL', collectors: 2, database: await database('two') },
    {
      name: `PostgreSQL, stopped like a crash for ${AWAY_MS / 1000} s`,
      ...{ collectors: 2, database: await database('crash'), trouble },
    },
  ];
}

async function measure({ name, database, collectors: count, trouble }: Scene): Promise<void> {
  const place = mkdtempSync(join(folder, 'scene-'));
  const collectors = await startCollectors(place, database, count);
  const targets = collectors.urls.map((collector) => ({ collector, ca: collectors.ca }));
  const kinds = await recordedKinds(KINDS);
  const fleet = { cluster: CLUSTER, nodes: NODES, kinds, targets, folder: place };
  const prepared = await withStore(database, async (store) => {
    const enrolled = await enrolFleet({ ...fleet, store });
    await fillHistory(store, enrolled, DAYS);
    const at = new Date();
    const wanted = { name: 'bench', role: 'reader' as const, cluster: null, expiresAt: null };
    const { secret } = await createToken(store, wanted, { by: 'bench', at });
    return { enrolled, token: secret, sizeBytes: await store.sizeBytes() };
  });
  const { enrolled, token, sizeBytes } = prepared;
  const [outcome] = await Promise.all([
    runFleet(enrolled, run),
    trouble === undefined ? null : pause(run.forMs / 2).then(trouble),
  ]);
  const after = await withStore(database, async (store) => ({
    sizeBytes: await store.sizeBytes(),
    found: await differences(store, enrolled, outcome.tally.acknowledged),
  }));
  const busyMib = collectors.residentMib();
  const waited = await askAll({ collectors, cluster: CLUSTER, token, folder: place });
  const askedMib = collectors.residentMib();
  await collectors.end();
  const summary = summaryOf(run, outcome);
  const needed = NODES / (EVERY_MS / 1000);
  const each = (after.sizeBytes - sizeBytes) / Math.max(1, summary.acknowledged);
  const daily = formatBytes(Math.round(each * REPORTS_A_DAY * NODES));
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  out(`\n${name}, ${count} collector${count === 1 ? '' : 's'}`);
  out(summaryText(summary));
  out(`${(summary.perSecond / needed).toFixed(0)} x the rate of ${NODES} nodes`);
  out(
    after.found.length === 0
      ? 'what was acknowledged is what is kept, in that order: nothing lost, nothing doubled'
      : `NOT what was acknowledged is kept:\n${after.found.slice(0, 10).join('\n')}`,
  );
  if (after.found.length > 0 || summary.left > 0) process.exitCode = 1;
  out(
    `store ${formatBytes(after.sizeBytes)}; a report took ${formatBytes(Math.round(each))}: ` +
      `${daily} a day until retention thins them`,
  );
  out(
    `resident, all collectors: ${busyMib.toFixed(0)} MiB; once asked: ${askedMib.toFixed(0)} MiB`,
  );
  out(
    `verify --gate health: ${ms(waited.verifyFirstMs)} the first time after a report, then ` +
      `${ms(waited.verifyMs)} (${(waited.verifyMs / 1000).toFixed(2)} x the goal of 1 s); ` +
      `the command ${ms(waited.commandMs)}`,
  );
  out(
    `home page: ${ms(waited.pageFirstMs)} the first time, then ${ms(waited.pageMs)} ` +
      `(${(waited.pageMs / 50).toFixed(2)} x the goal of 50 ms)`,
  );
}

async function withStore<T>(database: string, action: (store: Store) => Promise<T>): Promise<T> {
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
