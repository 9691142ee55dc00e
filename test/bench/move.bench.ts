// `muster migrate-store` on a year of history as retention leaves it, a report for each node and
// day: once as it is, once killed in the middle and started again. What it says is checked is
// checked: the digest of every report, made anew from what PostgreSQL holds.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatBytes } from '../../shared/units.ts';
import { postgres, startPostgres } from '../postgres-server.ts';
import { nodeName } from './fleet/enrolment.ts';
import { fillHistory, type Reporter } from './fleet/history.ts';
import { recordedKinds } from './fleet/kinds.ts';
import { moveStore } from './fleet/move.ts';
import { withStore } from './fleet/scene.ts';
import { machine } from './measure.ts';

const NODES = Number(process.env.NODES ?? 100);
const DAYS = Number(process.env.DAYS ?? 365);
const REPORTS = NODES * DAYS;

if (!postgres.met) throw new Error(postgres.reason);
const out = (text: string) => void process.stdout.write(`${text}\n`);
out(`${machine()}; load average ${loadavg()[0]?.toFixed(1)}`);
const folder = mkdtempSync(join(tmpdir(), 'muster-move-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const server = await startPostgres();
try {
  const from = join(folder, 'muster.db');
  const size = await fill(from);
  out(`${NODES} nodes, ${DAYS} days: ${REPORTS} reports in ${formatBytes(size)} of SQLite`);
  const whole = await moved(from, 'whole', null);
  await moved(from, 'killed', whole / 2);
} finally {
  await server.end();
}

async function fill(database: string): Promise<number> {
  const kinds = await recordedKinds(12);
  const reporters = Array.from({ length: NODES }, (_, number): Reporter => {
    const kind = kinds[number % kinds.length];
    if (kind === undefined) throw new Error('there are no kinds');
    return { cluster: 'move.example.org', node: nodeName(number), number, kind, enrolment: 1 };
  });
  return withStore(database, async (store) => {
    await fillHistory(store, reporters, DAYS);
    return store.sizeBytes();
  });
}

/** Milliseconds that the move took. */
async function moved(from: string, name: string, killAfterMs: number | null): Promise<number> {
  await server.run('postgres', `CREATE DATABASE ${name}`);
  const { ms, peakMib, said } = await moveStore(from, server.url(name), killAfterMs);
  const size = await withStore(server.url(name), (store) => store.sizeBytes());
  const how = killAfterMs === null ? '' : `, killed after ${(killAfterMs / 1000).toFixed(1)} s`;
  out(
    `moved and checked${how}: ${(ms / 1000).toFixed(1)} s, ` +
      `${((REPORTS / ms) * 1000).toFixed(0)} reports/s, ${peakMib.toFixed(0)} MiB resident, ` +
      `${formatBytes(size)} of PostgreSQL`,
  );
  out(`  it said: ${said[0]}; … ${said.at(-1)}`);
  return ms;
}
