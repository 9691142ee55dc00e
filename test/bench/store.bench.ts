// What a week of reports costs on disk, and how long the store takes for them: a fleet of nodes
// that differ, each of whose reports has every volatile value another one than the one before.
// What a report costs does not depend on how soon the next one comes, so that fewer a day will do:
// PER_DAY=96 is one in a quarter of an hour, as agents report.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { joinReport, splitReport } from '../../collector/store/report-text.ts';
import { openSqliteStore } from '../../collector/store/sqlite.ts';
import type { Delivery } from '../../collector/store/store.ts';
import type { Report } from '../../shared/report.ts';
import { sampleReport } from '../sample-report.ts';
import { recordedReport } from './ingest/cargo.ts';
import { machine } from './measure.ts';

const NODES = Number(process.env.NODES ?? 1000);
const PER_DAY = Number(process.env.PER_DAY ?? 6);
const DAYS = 7;
const ROUNDS = DAYS * PER_DAY;
const BEGIN_MS = Date.parse('2026-03-01T00:00:00Z');
const ROUND_MS = 86_400_000 / PER_DAY;
const REPORTS_A_WEEK = 7 * 96;
const MIB = 2 ** 20;

/** A generator with a seed: every run stores the same bytes. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A real machine, with what it would have as a node of a cluster. */
const { ganeti, peers, drbd, guests, lvm, time } = sampleReport().sections;
const recorded = await recordedReport();

/** What of a node differs from every other one, and stays as it is. */
function nodeReport(index: number): Report {
  const name = `node${String(index).padStart(4, '0')}.example.org`;
  const hash = createHash('sha256').update(name).digest('hex');
  const { identity } = sampleReport({
    sections: { identity: { facts: { hostname: name, machineIdHash: hash } } },
  }).sections;
  const sections = { ...recorded.sections, identity, ganeti, peers, drbd, guests, lvm, time };
  return { ...recorded, node: name, sections };
}

/** The same node later: what nobody changed and is different all the same. */
function laterJson(report: Report, at: Date, next: () => number): Buffer {
  const { stable, values } = splitReport(Buffer.from(JSON.stringify(report)));
  const noisy = values.map((value) => JSON.stringify(noisyValue(JSON.parse(value), at, next)));
  const json = joinReport(stable.toString('utf8'), noisy);
  if (json === null) throw new Error('the parts of a report do not fit');
  return Buffer.from(json);
}

function noisyValue(value: unknown, at: Date, next: () => number): unknown {
  if (typeof value === 'number') {
    const changed = value * (0.5 + next());
    return Number.isInteger(value) ? Math.round(changed) : Math.round(changed * 1000) / 1000;
  }
  if (typeof value === 'string') return Number.isNaN(Date.parse(value)) ? value : at.toISOString();
  if (Array.isArray(value)) return value.map((one) => noisyValue(one, at, next));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, noisyValue(one, at, next)]),
  );
}

interface Told {
  node: string;
  json: Buffer;
  sequence: number;
  at: Date;
}

function deliveryOf({ node, json, sequence, at }: Told): Delivery {
  const digest = createHash('sha256').update(json).digest('hex');
  const bootId = '1c8b2c0e-7b5a-4b5e-9d0a-0f5d5c1f7c11';
  return {
    cluster: 'ganeti-cluster01.example.org',
    node,
    digest,
    enrolment: 1,
    sequence,
    bootId,
    collectedAt: at,
    receivedAt: at,
    schema: 1,
    json,
    figures: {
      vgFreeBytes: 2 ** 38,
      vgSizeBytes: 2 ** 40,
      memoryAvailableBytes: 2 ** 34 + sequence,
      clockOffsetMs: sequence / 1000,
    },
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

for (let round = 0; round < ROUNDS; round++) {
  const at = new Date(BEGIN_MS + round * ROUND_MS);
  const deliveries = reports.map((report) =>
    deliveryOf({
      ...{ node: report.node, json: laterJson(report, at, next) },
      ...{ sequence: round + 1, at },
    }),
  );
  sentBytes += deliveries.reduce((sum, { json }) => sum + json.length, 0);
  for (let from = 0; from < NODES; from += 32) {
    const began = performance.now();
    await Promise.all(deliveries.slice(from, from + 32).map((one) => store.deliver(one)));
    turnMs.push(performance.now() - began);
  }
  if (round === 0) {
    await store.backup(join(folder, 'first.db'));
    firstBytes = statSync(join(folder, 'first.db')).size;
  }
}
storeMs = turnMs.reduce((sum, ms) => sum + ms, 0);
await store.close();

const total = NODES * ROUNDS;
const unchanged = total - NODES;
const endBytes = statSync(path).size;
const perReport = (endBytes - firstBytes) / unchanged;
const inAWeek = firstBytes + (REPORTS_A_WEEK - 1) * NODES * perReport;
turnMs.sort((a, b) => a - b);
const p = (share: number) => (turnMs[Math.floor(turnMs.length * share)] ?? 0).toFixed(1);
process.stdout.write(
  `${machine()}\n` +
    `${NODES} nodes, ${DAYS} days, ${PER_DAY} reports a day: ${total} of ` +
    `${Math.round(sentBytes / total)} bytes\n` +
    `on disk after the first round   ${(firstBytes / MIB).toFixed(2)} MiB\n` +
    `on disk at the end              ${(endBytes / MIB).toFixed(2)} MiB\n` +
    `per unchanged report            ${perReport.toFixed(0)} bytes (goal: at most 1000)\n` +
    `a week of one per quarter hour  ${(inAWeek / MIB).toFixed(0)} MiB\n` +
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
