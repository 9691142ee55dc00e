// What a week of reports costs on disk, and how long the store takes for them: a fleet of nodes
// that differ, reporting every quarter of an hour, with the noise that real nodes have.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { openSqliteStore } from '../../collector/store/sqlite.ts';
import type { Delivery } from '../../collector/store/store.ts';
import type { Report } from '../../shared/report.ts';
import { sampleReport } from '../sample-report.ts';
import { machine } from './measure.ts';

const NODES = Number(process.env.NODES ?? 100);
const DAYS = 7;
const QUARTERS = DAYS * 24 * 4;
const BEGIN_MS = Date.parse('2026-03-01T00:00:00Z');
const QUARTER_MS = 15 * 60_000;
const MIB = 2 ** 20;

/** A generator with a seed: every run stores the same bytes. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What of a node differs from every other one, and stays as it is. */
function nodeReport(index: number): Report {
  const name = `node${String(index).padStart(4, '0')}.example.org`;
  const hash = createHash('sha256').update(name).digest('hex');
  return sampleReport({
    node: name,
    sections: {
      identity: { facts: { hostname: name, machineIdHash: hash } },
      names: { facts: { hostname: name } },
    },
  });
}

/** The same node a quarter of an hour later: what nobody changed and is different all the same. */
function withNoise(report: Report, at: Date, next: () => number): Report {
  const text = JSON.stringify(report, (key, value: unknown) => {
    if (key === 'collectedAt') return at.toISOString();
    if (typeof value !== 'number') return value;
    if (/^(freeBytes|availableBytes|swapFreeBytes)$/.test(key)) {
      return Math.max(0, value - 4096 * Math.floor(next() * 500_000));
    }
    return key === 'offsetMs' ? Math.round((next() - 0.5) * 1e6) / 1e6 : value;
  });
  const noisy: Report = JSON.parse(text);
  const names = Object.keys(noisy.sections);
  noisy.tookMs = Object.fromEntries(names.map((name) => [name, Math.round(next() * 5000) / 10]));
  const { lvm } = report.sections;
  if (lvm !== undefined) noisy.sections.lvm = lvm; // what is free in a group is not noise
  return noisy;
}

function deliveryOf(report: Report, sequence: number, at: Date): Delivery {
  const json = Buffer.from(JSON.stringify(report));
  const digest = createHash('sha256').update(json).digest('hex');
  const bootId = '1c8b2c0e-7b5a-4b5e-9d0a-0f5d5c1f7c11';
  return {
    cluster: 'ganeti-cluster01.example.org',
    node: report.node,
    digest,
    enrolment: 1,
    sequence,
    bootId,
    collectedAt: at,
    receivedAt: at,
    schema: 1,
    json,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'muster-store-'));
const path = join(folder, 'muster.db');
const store = await openSqliteStore(path);
const reports = Array.from({ length: NODES }, (_, index) => nodeReport(index));
const next = chance(20260301);
let sentBytes = 0;
let storeMs = 0;
const turnMs: number[] = [];
let firstBytes = 0;

for (let quarter = 0; quarter < QUARTERS; quarter++) {
  const at = new Date(BEGIN_MS + quarter * QUARTER_MS);
  const deliveries = reports.map((report) =>
    deliveryOf(withNoise(report, at, next), quarter + 1, at),
  );
  sentBytes += deliveries.reduce((sum, { json }) => sum + json.length, 0);
  for (let from = 0; from < NODES; from += 32) {
    const began = performance.now();
    await Promise.all(deliveries.slice(from, from + 32).map((one) => store.deliver(one)));
    turnMs.push(performance.now() - began);
  }
  if (quarter === 0) {
    await store.backup(join(folder, 'first.db'));
    firstBytes = statSync(join(folder, 'first.db')).size;
  }
}
storeMs = turnMs.reduce((sum, ms) => sum + ms, 0);
await store.close();

const total = NODES * QUARTERS;
const unchanged = total - NODES;
const endBytes = statSync(path).size;
const perReport = (endBytes - firstBytes) / unchanged;
turnMs.sort((a, b) => a - b);
const p = (share: number) => (turnMs[Math.floor(turnMs.length * share)] ?? 0).toFixed(1);
process.stdout.write(
  `${machine()}\n` +
    `${NODES} nodes, ${DAYS} days, ${total} reports of ${Math.round(sentBytes / total)} bytes\n` +
    `on disk after the first round   ${(firstBytes / MIB).toFixed(2)} MiB\n` +
    `on disk at the end              ${(endBytes / MIB).toFixed(2)} MiB\n` +
    `per unchanged report            ${perReport.toFixed(0)} bytes (goal: at most 1000)\n` +
    `stored                          ${Math.round((total / storeMs) * 1000)} reports/s, durable, ` +
    `in groups of 32: p50 ${p(0.5)} ms, p99 ${p(0.99)} ms, longest ${p(1 - 1e-9)} ms\n`,
);
const db = new Sqlite(path, { readonly: true });
const sizes = db
  .prepare<[], { name: string; bytes: number }>(
    'SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name ORDER BY bytes DESC LIMIT 6',
  )
  .all();
for (const { name, bytes } of sizes) {
  process.stdout.write(
    `  ${name.padEnd(30)} ${(bytes / total).toFixed(0).padStart(5)} bytes each\n`,
  );
}
db.close();
rmSync(folder, { recursive: true });
