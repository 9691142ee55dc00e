// What a delivery costs in PostgreSQL, beside the floor in the same run: bare INSERT and COMMIT on
// as many connections. Reports of nodes that differ; nothing but volatile facts changes in them.
import { randomUUID } from 'node:crypto';
import { loadavg } from 'node:os';
import { Client } from 'pg';
import { digestOf } from '../../agent/spool/entry.ts';
import { openPostgresStore } from '../../collector/store/postgres.ts';
import { partsOf } from '../../collector/store/report-parts.ts';
import type { Delivery, Store } from '../../collector/store/store.ts';
import { postgres, startPostgres } from '../postgres-server.ts';
import { type Kind, recordedKinds, reportText } from './fleet/kinds.ts';
import { machine, median } from './measure.ts';

const NODES = Number(process.env.NODES ?? 400);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
/** Senders who wait for their answer at a time. */
const CONCURRENCIES = (process.env.CONCURRENCY ?? '1,8,32,128').split(',').map(Number);
const FLOOR_CONNECTIONS = [1, 4, 10];
const FLOOR_MS = 2000;
const CLUSTER = 'bench.example.org';

const out = (text: string) => void process.stdout.write(`${text}\n`);
if (!postgres.met) throw new Error(postgres.reason);
out(`${machine()}; load average ${loadavg()[0]?.toFixed(1)}`);
const server = await startPostgres();
try {
  await server.run('postgres', 'CREATE DATABASE bench');
  const floors: number[] = [];
  for (const connections of FLOOR_CONNECTIONS) {
    const perSecond = await floor(connections);
    floors.push(perSecond);
    out(`bare INSERT; COMMIT, connections ${connections}: ${perSecond.toFixed(0)}/s`);
  }
  const most = Math.max(...floors);
  for (const stores of [1, 2]) {
    const open = await Promise.all(
      Array.from({ length: stores }, () => openPostgresStore(server.url('bench'))),
    );
    await measure(open, most);
    for (const store of open) await store.close();
  }
} finally {
  await server.end();
}

/** Commits a second of transactions that do next to nothing. */
async function floor(connections: number): Promise<number> {
  const clients = Array.from(
    { length: connections },
    () => new Client({ connectionString: server.url('postgres') }),
  );
  for (const client of clients) await client.connect();
  await clients[0]?.query('DROP TABLE IF EXISTS floor');
  await clients[0]?.query('CREATE TABLE floor (at bigint)');
  const began = performance.now();
  let commits = 0;
  const work = async (client: Client) => {
    while (performance.now() - began < FLOOR_MS) {
      await client.query({ name: 'floor', text: 'INSERT INTO floor VALUES ($1)', values: [1] });
      commits += 1;
    }
  };
  await Promise.all(clients.map(work));
  const perSecond = (commits / (performance.now() - began)) * 1000;
  for (const client of clients) await client.end();
  return perSecond;
}

async function measure(stores: readonly Store[], floorPerSecond: number): Promise<void> {
  const kinds = await recordedKinds(12);
  const bootId = randomUUID();
  let sequence = stores.length * 1_000_000;
  const rounds = async (concurrency: number, count: number) => {
    const latencies: number[] = [];
    let ms = 0;
    for (let round = 0; round < count; round++) {
      sequence += 1;
      const deliveries = reportsOf(kinds, { bootId, sequence });
      const began = performance.now();
      latencies.push(...(await deliverAll(stores, deliveries, concurrency)));
      ms += performance.now() - began;
    }
    latencies.sort((one, other) => one - other);
    return { perSecond: ((NODES * count) / ms) * 1000, latencies };
  };
  await rounds(32, 2);
  out(`\n${stores.length} collector${stores.length === 1 ? '' : 's'}, ${NODES} nodes`);
  for (const concurrency of CONCURRENCIES) {
    const { perSecond, latencies } = await rounds(concurrency, ROUNDS);
    const p99 = latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN;
    out(
      `  ${String(concurrency).padStart(4)} at a time: ${perSecond.toFixed(0).padStart(5)}/s, ` +
        `${(perSecond / floorPerSecond).toFixed(2)} x the best floor; ` +
        `p50 ${median(latencies).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
    );
  }
}

function reportsOf(
  kinds: readonly Kind[],
  { bootId, sequence }: { bootId: string; sequence: number },
): Delivery[] {
  const at = new Date();
  return Array.from({ length: NODES }, (_, number) => {
    const kind = kinds[number % kinds.length];
    if (kind === undefined) throw new Error('there are no kinds');
    const node = `n${number}.example.org`;
    const text = reportText(kind, { number, node, bootId, at, round: sequence, changes: 0 });
    const json = Buffer.from(text);
    return {
      ...{ cluster: CLUSTER, node, digest: digestOf(text), enrolment: 1, sequence, bootId },
      ...{ collectedAt: at, receivedAt: at, schema: 1, json, parts: partsOf(json) },
      figures: {
        ...{ vgFreeBytes: sequence, vgSizeBytes: 1, memoryAvailableBytes: 1, clockOffsetMs: 0 },
      },
    };
  });
}

async function deliverAll(
  stores: readonly Store[],
  deliveries: readonly Delivery[],
  concurrency: number,
): Promise<number[]> {
  const latencies: number[] = [];
  let next = 0;
  const work = async (store: Store | undefined) => {
    for (let one = deliveries[next++]; one !== undefined; one = deliveries[next++]) {
      const began = performance.now();
      await store?.deliver(one);
      latencies.push(performance.now() - began);
    }
  };
  await Promise.all(
    Array.from({ length: concurrency }, (_, index) => work(stores[index % stores.length])),
  );
  return latencies;
}
