// What the pages cost at a collector that has listened for a year: the time of the server and the
// bytes sent, when everything is judged already and when a report came since; and the first time.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
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
const ROUNDS = 15;

process.stdout.write(`${machine()}\n`);
process.stdout.write(
  'nodes  page       first     judged   a report later   bytes sent   as text\n',
);
for (const size of SIZES) await measure(size);

async function measure(size: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-pages-'));
  const path = join(folder, 'muster.db');
  const filling = await openSqliteStore(path);
  for (let index = 0; index < size; index++) await deliver(filling, index, 0);
  await filling.close();
  growHistory(path);

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
  };
  let change = 0;
  for (const [name, url] of Object.entries(pages)) {
    const first = await ask(app, url);
    const judged: number[] = [];
    const later: number[] = [];
    for (let round = 0; round < ROUNDS; round++) judged.push((await ask(app, url)).ms);
    for (let round = 0; round < 3; round++) {
      change += 1;
      clock.now = new Date(clock.now.getTime() + 1000);
      await deliver(store, change % size, change);
      later.push((await ask(app, url)).ms);
    }
    const figures = [
      String(size).padStart(5),
      name.padEnd(9),
      `${first.ms.toFixed(0)} ms`.padStart(9),
      `${median(judged).toFixed(1)} ms`.padStart(9),
      `${median(later).toFixed(1)} ms`.padStart(14),
      `${(first.sentBytes / 1000).toFixed(1)} kB`.padStart(14),
      `${(first.textBytes / 1000).toFixed(0)} kB`.padStart(10),
    ];
    process.stdout.write(`${figures.join(' ')}\n`);
  }
  await app.close();
  await store.close();
  rmSync(folder, { recursive: true });
}

interface Asked {
  ms: number;
  sentBytes: number;
  textBytes: number;
}

async function ask(app: App, url: string): Promise<Asked> {
  const began = performance.now();
  const headers = { accept: 'text/html', 'accept-encoding': 'gzip' };
  const answer = await app.inject({ url, headers });
  const ms = performance.now() - began;
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode}`);
  const plain = await app.inject({ url, headers: { accept: 'text/html' } });
  return { ms, sentBytes: answer.rawPayload.length, textBytes: plain.rawPayload.length };
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

/** A report a day and a change of verdict a fortnight, as retention leaves them after a year. */
function growHistory(path: string): void {
  const db = new Sqlite(path);
  const days = `WITH RECURSIVE days (day) AS
    (SELECT 1 UNION ALL SELECT day + 1 FROM days WHERE day < ${DAYS})`;
  db.exec(`
    ${days} INSERT INTO reports (node_id, digest, enrolment, sequence, boot_id, collected_at,
      received_at, schema, late, settled, skeleton_id, volatiles, whole)
    SELECT node_id, randomblob(32), enrolment, sequence - day, boot_id,
      collected_at - day * ${DAY_MS}, received_at - day * ${DAY_MS}, schema, 0, 1, skeleton_id,
      volatiles, whole FROM days, reports;
    ${days} INSERT OR IGNORE INTO series (node_id, at, vg_free, vg_size, memory_available,
      clock_offset)
    SELECT id, ${NOW.getTime()} - day * ${DAY_MS}, 1000, 2000, 500, 0.1 FROM days, nodes;
    ${days} INSERT INTO standings (cluster, node, at, was, verdict, fails, unknowns, warns)
    SELECT cluster, name, ${NOW.getTime()} - day * ${DAY_MS}, 'pass', 'warn', 0, 0, 1
      FROM days, nodes WHERE day % 14 = 1;
  `);
  db.close();
}
