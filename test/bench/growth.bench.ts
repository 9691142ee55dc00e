// How the cost of a collector over SQLite grows with nodes, kinds and days of history, one of them
// at a time. History is put in directly, a report for each node and day, as retention leaves it.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createToken } from '../../collector/tokens.ts';
import { startCollectors } from './fleet/collectors.ts';
import { nodeName } from './fleet/enrolment.ts';
import { bringNews, fillHistory, type Reporter } from './fleet/history.ts';
import { recordedKinds } from './fleet/kinds.ts';
import { askAll } from './fleet/questions.ts';
import { withStore } from './fleet/scene.ts';
import { machine } from './measure.ts';

interface Size {
  nodes: number;
  kinds: number;
  days: number;
}

/** What all others are compared with. */
const MIDDLE: Size = { nodes: 1000, kinds: 12, days: 30 };
const NODES = numbers('NODES', '100,1000');
const KINDS = numbers('KINDS', '1,12,48');
const DAYS = numbers('DAYS', '1,30,365');
const CLUSTER = 'growth.example.org';
const MIB = 2 ** 20;

const sizes: Size[] = [
  ...NODES.map((nodes) => ({ ...MIDDLE, nodes })),
  ...KINDS.map((kinds) => ({ ...MIDDLE, kinds })),
  ...DAYS.map((days) => ({ ...MIDDLE, days })),
];

const out = (text: string) => void process.stdout.write(`${text}\n`);
out(`${machine()}; load average ${loadavg()[0]?.toFixed(1)}`);
const columns = ['nodes', 'kinds', 'days', 'put in /s', 'store MiB', 'verify at start ms'];
const more = ['after a report ms', 'again ms', 'home page ms', 'resident MiB'];
out(`| ${[...columns, ...more].join(' | ')} |`);
const folder = mkdtempSync(join(tmpdir(), 'muster-growth-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const done = new Set<string>();
for (const size of sizes) {
  const name = Object.values(size).join('-');
  if (done.has(name)) continue;
  done.add(name);
  await measure(size, name);
}

async function measure({ nodes, kinds, days }: Size, name: string): Promise<void> {
  const place = mkdtempSync(join(folder, 'size-'));
  const database = join(folder, `${name}.db`);
  const recorded = await recordedKinds(kinds);
  const reporters = Array.from({ length: nodes }, (_, number): Reporter => {
    const kind = recorded[number % recorded.length];
    if (kind === undefined) throw new Error('there are no kinds');
    return { cluster: CLUSTER, node: nodeName(number), number, kind, enrolment: 1 };
  });
  const [first] = reporters;
  if (first === undefined) throw new Error('there are no nodes');
  const filled = await withStore(database, async (store) => {
    const began = performance.now();
    await fillHistory(store, reporters, days);
    const perSecond = ((nodes * days) / (performance.now() - began)) * 1000;
    const wanted = { name: 'bench', role: 'reader' as const, cluster: null, expiresAt: null };
    const { secret } = await createToken(store, wanted, { by: 'bench', at: new Date() });
    return { perSecond, token: secret, sizeBytes: await store.sizeBytes() };
  });
  const collectors = await startCollectors(place, database, 1);
  const waited = await withStore(database, (store) => {
    const bring = (round: number) => bringNews(store, first, 1000 * round);
    return askAll({ collectors, cluster: CLUSTER, token: filled.token, folder: place, bring });
  });
  const residentMib = collectors.residentMib();
  await collectors.end();
  rmSync(database, { force: true });
  const figures = [nodes, kinds, days, filled.perSecond, filled.sizeBytes / MIB];
  const times = [waited.verifyFirstMs, waited.verifyAfterMs, waited.verifyMs, waited.pageMs];
  out(`| ${[...figures, ...times, residentMib].map((value) => value.toFixed(0)).join(' | ')} |`);
}

function numbers(name: string, usual: string): number[] {
  return (process.env[name] ?? usual).split(',').map(Number);
}
