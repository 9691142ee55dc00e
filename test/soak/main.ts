import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seeded } from '../agent/state/random.ts';
import { soak } from './kills.ts';
import { verify } from './verify.ts';

/** `npm run soak [DELIVERIES [SEED [MINUTES]]]`: ends with 1 when anything was lost. */
const [count = '10000', seed = String(Date.now()), minutes = 'Infinity'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'muster-soak-'));
const started = performance.now();
const random = seeded(Number(seed));
const limitMs = Number(minutes) * 60_000;
const soaked = await soak({ folder, deliveries: Number(count), limitMs, random });
const { stored, ...wrong } = await verify(soaked);
const seconds = Math.round((performance.now() - started) / 1000);
const { safe, agentKills, collectorKills } = soaked;
const bad = Object.entries(wrong).filter(([, digests]) => digests.length > 0);
process.stdout.write(
  `${safe.length} reports told safe, ${stored} stored; the agent was killed ${agentKills} times, ` +
    `the collector ${collectorKills} times; ${seconds} s, seed ${seed}\n`,
);
for (const [what, digests] of bad) process.stdout.write(`${what}: ${digests.join(' ')}\n`);
if (bad.length === 0) rmSync(folder, { recursive: true });
else process.stdout.write(`what is left lies in ${folder}\n`);
process.exitCode = bad.length === 0 ? 0 : 1;
