// A fleet of simulated agents at collectors over SQLite and PostgreSQL, and once with PostgreSQL
// stopped under load. NODES=10000 DAYS=30 SPEED=8 MINUTES=15 is the size at which a collector is to
// be comfortable still: some 20 minutes; the default takes one to two. SCENES=PostgreSQL is some.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatBytes } from '../../shared/units.ts';
import { type PostgresServer, postgres, startPostgres } from '../postgres-server.ts';
import { startCollectors } from './fleet/collectors.ts';
import { enrolFleet } from './fleet/enrolment.ts';
import type { FleetRun } from './fleet/fleet.ts';
import { fillHistory, reportersOf } from './fleet/history.ts';
import { recordedKinds } from './fleet/kinds.ts';
import { moveStore } from './fleet/move.ts';
import type { Enrolled } from './fleet/node.ts';
import { familyMs, parentOf } from './fleet/processor.ts';
import { type Measured, measureScene, type Scene, withStore } from './fleet/scene.ts';
import { summaryOf, summaryText } from './fleet/summary.ts';
import { machine } from './measure.ts';

const NODES = Number(process.env.NODES ?? 200);
const KINDS = Number(process.env.KINDS ?? 12);
const DAYS = Number(process.env.DAYS ?? 3);
/** A quarter of an hour passes in so much less. */
const SPEED = Number(process.env.SPEED ?? 300);
const MINUTES = Number(process.env.MINUTES ?? 20);
const SCENES = process.env.SCENES ?? '';
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

const out = (text: string) => void process.stdout.write(`${text}\n`);
const ms = (value: number) => `${value.toFixed(0)} ms`;
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
  const database = join(folder, 'muster.db');
  const fleet = await prepared(database);
  for (const scene of await scenes(database, server)) {
    if (!scene.name.includes(SCENES)) continue;
    show(scene, await measureScene(scene, fleet, { run, folder }));
  }
} finally {
  await server?.end();
}

/** Enrols the fleet in a database of SQLite, and gives each node its history. */
async function prepared(database: string): Promise<Enrolled[]> {
  const place = mkdtempSync(join(folder, 'enrolled-'));
  const collectors = await startCollectors(place, database, 1);
  const targets = collectors.urls.map((collector) => ({ collector, ca: collectors.ca }));
  const kinds = await recordedKinds(KINDS);
  const fleet = await withStore(database, async (store) => {
    const began = performance.now();
    const wanted = { store, cluster: CLUSTER, nodes: NODES, kinds, targets, folder: place };
    const enrolled = await enrolFleet(wanted);
    const seconds = (performance.now() - began) / 1000;
    out(`${NODES} nodes enrolled, ${(NODES / seconds).toFixed(0)}/s`);
    return enrolled;
  });
  await collectors.end();
  await withStore(database, async (store) => {
    const began = performance.now();
    await fillHistory(store, await reportersOf(store, fleet), DAYS);
    const seconds = (performance.now() - began) / 1000;
    const size = formatBytes(await store.sizeBytes());
    out(`${NODES * DAYS} reports put in, ${((NODES * DAYS) / seconds).toFixed(0)}/s: ${size}`);
  });
  return fleet;
}

async function scenes(database: string, running: PostgresServer | null): Promise<Scene[]> {
  const sqlite = { name: 'SQLite', collectors: 1, database };
  if (running === null) {
    out(`left out: PostgreSQL ${postgres.reason}`);
    return [sqlite];
  }
  if (SCENES === sqlite.name) return [sqlite];
  await running.run('postgres', 'CREATE DATABASE moved');
  const { ms: took, peakMib } = await moveStore(database, running.url('moved'));
  out(`moved to PostgreSQL and checked: ${ms(took)}, ${peakMib.toFixed(0)} MiB resident at most`);
  const copy = async (name: string) => {
    await running.run('postgres', `CREATE DATABASE ${name} TEMPLATE moved`);
    return running.url(name);
  };
  // The server makes a process for each client.
  const asked = await running.run<{ pid: number }>(
    'postgres',
    `SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'`,
  );
  const serverPid = parentOf(asked[0]?.pid ?? 0);
  const databaseMs = () => familyMs(serverPid);
  const trouble = async () => {
    await running.stop('immediate');
    await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
    await running.start();
  };
  const stopped = `PostgreSQL, stopped like a crash for ${AWAY_MS / 1000} s`;
  return [
    sqlite,
    { name: 'PostgreSQL', collectors: 1, database: await copy('one'), databaseMs },
    { name: 'PostgreSQL', collectors: 2, database: await copy('two'), databaseMs },
    { name: stopped, collectors: 2, database: await copy('crash'), trouble },
  ];
}

function show({ name, collectors: count }: Scene, measured: Measured): void {
  const { outcome, found, sizeBytes, eachBytes, waited } = measured;
  const summary = summaryOf(run, outcome);
  const needed = NODES / (EVERY_MS / 1000);
  out(`\n${name}, ${count} collector${count === 1 ? '' : 's'}`);
  out(summaryText(summary));
  out(`${(summary.perSecond / needed).toFixed(0)} x the rate of ${NODES} nodes`);
  out(
    found.length === 0
      ? 'what was acknowledged is what is kept, in that order: nothing lost, nothing doubled'
      : `NOT what was acknowledged is kept:\n${found.slice(0, 10).join('\n')}`,
  );
  if (found.length > 0 || summary.left > 0) process.exitCode = 1;
  const daily = formatBytes(Math.round(eachBytes * REPORTS_A_DAY * NODES));
  out(
    `store ${formatBytes(sizeBytes)}; a report took ${formatBytes(Math.round(eachBytes))}: ` +
      `${daily} a day until retention thins them`,
  );
  const { collectorMsEach, databaseMsEach, busyMib, askedMib } = measured;
  out(
    `processor time for each report: collectors ${collectorMsEach.toFixed(2)} ms, judging in ` +
      `between included; database ${databaseMsEach.toFixed(2)} ms`,
  );
  out(
    `resident, all collectors: ${busyMib.toFixed(0)} MiB; once asked: ${askedMib.toFixed(0)} MiB`,
  );
  out(
    `verify --gate health: ${ms(waited.verifyFirstMs)} the first time after the load, ` +
      `${ms(waited.verifyAfterMs)} after one more report, then ${ms(waited.verifyMs)} ` +
      `(${(waited.verifyMs / 1000).toFixed(2)} x the goal of 1 s); ` +
      `the command ${ms(waited.commandMs)}`,
  );
  out(
    `home page: ${ms(waited.pageFirstMs)} the first time, then ${ms(waited.pageMs)} ` +
      `(${(waited.pageMs / 50).toFixed(2)} x the goal of 50 ms)`,
  );
}
