// What the pages cost at a collector that began today, and at the same one after a year: processor
// time of the server, which other programs do not lengthen as they do the clock's, and bytes sent.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { buildApp } from '../../collector/app.ts';
import { adviseCpu } from '../../collector/cpu-advice.ts';
import type { App } from '../../collector/routes/context.ts';
import { openSqliteStore } from '../../collector/store/sqlite.ts';
import type { Store } from '../../collector/store/store.ts';
import { tokenBook } from '../../collector/tokens.ts';
import type { Report } from '../../shared/report.ts';
import { sampleReport } from '../sample-report.ts';
import { machine, median } from './measure.ts';

const SIZES = (process.env.NODES ?? '3,100,1000').split(',').map(Number);
const NOW = new Date('2026-11-22T12:00:00Z');
const CLUSTER = 'ganeti-cluster01.example.org';
const DAYS = 365;
const DAY_MS = 24 * 3_600_000;
const QUARTER_MS = 900_000;
const ROUNDS = 15;

/** Every delivery says something new, and follows the one before. */
let change = 0;

process.stdout.write(`${machine()}\n`);
process.stdout.write(
  'nodes  history   page        first    judged   a report later   bytes sent   as text\n',
);
for (const size of SIZES) await measure(size);

async function measure(size: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-pages-'));
  const path = join(folder, 'muster.db');
  const store = await openSqliteStore(path);
  for (let index = 0; index < size; index++) await deliver(store, index, 0);
  await store.close();
  await measurePages(path, size, 'a minute');
  growHistory(path);
  await measurePages(path, size, 'a year');
  rmSync(folder, { recursive: true });
}

/** Each page of one collector, when it starts, when it has judged, and when a report came since. */
async function measurePages(path: string, size: number, history: string): Promise<void> {
  const store = await openSqliteStore(path);
  const clock = { now: NOW };
  const tokens = tokenBook(store);
  const now = () => clock.now;
  const rates = { perAddress: 1_000_000, perCredential: 1_000_000 };
  const app = await buildApp({ store, tokens, now, rates, openPage: true, advise: adviseCpu });
  const pages = {
    clusters: '/',
    cluster: `/clusters/${CLUSTER}`,
    node: `/clusters/${CLUSTER}/nodes/${nameOf(0)}`,
    'node, year': `/clusters/${CLUSTER}/nodes/${nameOf(0)}?days=365`,
  };
  for (const [name, url] of Object.entries(pages)) {
    const first = await ask(app, url);
    const judged: number[] = [];
    const later: number[] = [];
    for (let round = 0; round < ROUNDS; round++) judged.push((await ask(app, url)).cpuMs);
    for (let round = 0; round < 3; round++) {
      change += 1;
      clock.now = new Date(clock.now.getTime() + 1000);
      await deliver(store, change % size, change);
      later.push((await ask(app, url)).cpuMs);
    }
    const figures = [
      String(size).padStart(5),
      ` ${history.padEnd(8)}`,
      name.padEnd(10),
      `${first.cpuMs.toFixed(0)} ms`.padStart(8),
      `${median(judged).toFixed(1)} ms`.padStart(9),
      `${median(later).toFixed(1)} ms`.padStart(14),
      `${(first.sentBytes / 1000).toFixed(1)} kB`.padStart(14),
      `${(first.textBytes / 1000).toFixed(0)} kB`.padStart(10),
    ];
    process.stdout.write(`${figures.join(' ')}\n`);
  }
  await app.close();
  await store.close();
}

interface Asked {
  cpuMs: number;
  sentBytes: number;
  textBytes: number;
}

async function ask(app: App, url: string): Promise<Asked> {
  const began = process.cpuUsage();
  const headers = { accept: 'text/html', 'accept-encoding': 'gzip' };
  const answer = await app.inject({ url, headers });
  const { user, system } = process.cpuUsage(began);
  const cpuMs = (user + system) / 1000;
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode}`);
  const plain = await app.inject({ url, headers: { accept: 'text/html' } });
  return { cpuMs, sentBytes: answer.rawPayload.length, textBytes: plain.rawPayload.length };
}

function nameOf(index: number): string {
  return `node${String(index).padStart(4, '0')}.example.org`;
}

async function deliver(store: Store, index: number, change: number): Promise<void> {
  const report = nodeReport(index, change);
  const json = Buffer.from(JSON.stringify(report));
  const collectedAt = new Date(report.collectedAt);
  await store.deliver({
    ...{ cluster: CLUSTER, node: report.node, json, collectedAt, receivedAt: collectedAt },
    digest: createHash('sha256').update(json).digest('hex'),
    enrolment: 1,
    sequence: 1_000_000 + change,
    bootId: '1c8b2c0e-7b5a-4b5e-9d0a-0f5d5c1f7c11',
    schema: 1,
  });
}

/** Twelve kinds of machines, each node with figures of its own that never stand still. */
function nodeReport(index: number, change: number): Report {
  const report: Report = structuredClone(sampleReport());
  const { cpu, memory, names } = report.sections;
  report.node = nameOf(index);
  report.collectedAt = new Date(NOW.getTime() - 60_000 + change * 1000).toISOString();
  if (cpu?.status === 'ok') {
    for (const kind of cpu.facts.kinds) kind.microcode = `0x${(index % 12).toString(16)}`;
  }
  if (memory?.status === 'ok') memory.facts.availableBytes = 2 ** 30 + index * 4096 + change;
  if (names?.status === 'ok') names.facts.hostname = report.node;
  return report;
}

/**
 * What retention leaves after a year of reports every quarter of an hour: of each node one a day
 * and a change of verdict a fortnight, and of the node that is looked at all of the last week too.
 */
function growHistory(path: string): void {
  const db = new Sqlite(path);
  const days = `days (age) AS
    (SELECT ${DAY_MS} UNION ALL SELECT age + ${DAY_MS} FROM days WHERE age < ${DAYS * DAY_MS})`;
  const quarters = `quarters (age) AS (SELECT ${QUARTER_MS} UNION ALL
    SELECT age + ${QUARTER_MS} FROM quarters WHERE age < ${7 * DAY_MS})`;
  const hours = `hours (age) AS (SELECT ${7 * DAY_MS} UNION ALL
    SELECT age + ${4 * QUARTER_MS} FROM hours WHERE age < ${90 * DAY_MS})`;
  const older = `INSERT OR IGNORE INTO reports (node_id, digest, enrolment, sequence, boot_id,
      collected_at, received_at, schema, late, settled, skeleton_id, volatiles, whole)
    SELECT node_id, randomblob(32), enrolment, sequence - age / ${QUARTER_MS}, boot_id,
      collected_at - age, received_at - age, schema, 0, 1, skeleton_id, volatiles, whole`;
  const series = `INSERT OR IGNORE INTO series
      (node_id, at, vg_free, vg_size, memory_available, clock_offset)
    SELECT id, ${NOW.getTime()} - age, 1000 + age % 7777777, 20000000, age % 55555555, age % 13`;
  const newest = 'sequence >= 1000000';
  const looked = `name = '${nameOf(0)}'`;
  db.exec(`
    WITH RECURSIVE ${quarters} ${older} FROM quarters, reports JOIN nodes ON nodes.id = node_id
      WHERE ${newest} AND ${looked};
    WITH RECURSIVE ${days} ${older} FROM days, reports WHERE ${newest};
    WITH RECURSIVE ${quarters} ${series} FROM quarters, nodes WHERE ${looked};
    WITH RECURSIVE ${hours} ${series} FROM hours, nodes WHERE ${looked};
    WITH RECURSIVE ${days} ${series} FROM days, nodes;
    WITH RECURSIVE ${days} INSERT INTO standings
        (cluster, node, at, was, verdict, fails, unknowns, warns)
      SELECT cluster, name, ${NOW.getTime()} - age, 'pass', 'warn', 0, 0, 1 FROM days, nodes
        WHERE age % ${14 * DAY_MS} = ${DAY_MS};
  `);
  db.close();
}
