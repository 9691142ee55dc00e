import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seeded } from '../agent/state/random.ts';
import { safeIn, soak } from './kills.ts';
import { verify } from './verify.ts';

/**
 * `npm run soak [DELIVERIES [SEED [MINUTES [postgres://…]]]]`: ends with 1 when any was lost.
 * Over an empty database of PostgreSQL with two collectors, else over SQLite with one.
 */
const [count = '10000', seed = String(Date.now()), minutes = 'Infinity', url] =
  process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'muster-soak-'));
const alone = { collectors: 1, nodes: 1, database: join(folder, 'muster.db') };
const shared = { collectors: 2, nodes: 4 };
const over = url === undefined ? alone : { ...shared, database: url };
const started = performance.now();
const random = seeded(Number(seed));
const limitMs = Number(minutes) * 60_000;
const soaked = await soak({ ...over, folder, deliveries: Number(count), limitMs, random });
const { stored, ...wrong } = await verify(soaked);
const seconds = Math.round((performance.now() - started) / 1000);
const { agentKills, collectorKills } = soaked;
const bad = Object.entries(wrong).filter(([, digests]) => digests.length > 0);
process.stdout.write(
  `${safeIn(soaked)} reports told safe, ${stored} stored; agents were killed ${agentKills} ` +
    `times, collectors ${collectorKills} times; ${seconds} s, seed ${seed}\n`,
);
for (const [what, digests] of bad) process.stdout.write(`${what}: ${digests.join(' ')}\n`);
if (bad.length === 0) rmSync(folder, { recursive: true });
else process.stdout.write(`what is left lies in ${folder}\n`);
process.exitCode = bad.length === 0 ? 0 : 1;
