import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { seeded } from '../agent/state/random.ts';
import { ask } from '../collector/routes/live-collector.ts';
import { postgres, startPostgres } from '../postgres-server.ts';
import { describeWith, program } from '../requirements.ts';
import { safeIn, soak } from './kills.ts';
import type { Site } from './site.ts';
import { verify } from './verify.ts';

const needs = [postgres, program('nginx', 'nginx-light'), program('flock', 'util-linux')];

describeWith(needs, 'PostgreSQL lost under load', () => {
  test('is told to all, and nothing is lost when it is back', { timeout: 240_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-outage-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const server = await startPostgres();
    onTestFinished(() => server.end());
    await server.run('postgres', 'CREATE DATABASE soak');
    const runs: { exit: string; left: number }[] = [];
    const soaked = await soak({
      ...{ folder, database: server.url('soak'), collectors: 2, nodes: 3 },
      ...{ deliveries: 100_000, limitMs: 15_000, random: seeded(5) },
      onRun: (exit, left) => runs.push({ exit, left }),
      async meanwhile(site, so) {
        await until(() => safeIn(so) > 20);
        await server.stop('immediate');
        runs.length = 0;
        expect(await told(site)).toEqual(Array(3).fill(gone));
        // A run waits as it was told to, tries again, and then leaves its reports in the spool.
        await until(() => runs.some(({ exit, left }) => exit === 'tryAgain' && left > 0));
        await server.start();
        await until(async () => (await told(site)).every(({ ready }) => ready === 200));
        runs.length = 0;
      },
    });
    const { stored, ...wrong } = await verify(soaked);
    const none = { lost: [], doubled: [], unreadable: [], disordered: [], stuck: [] };
    expect(wrong).toEqual(none);
    expect(stored).toBeGreaterThanOrEqual(safeIn(soaked));
    expect(runs.at(-1)).toEqual({ exit: 'open', left: 0 });
  });
});

const gone = { ready: 503, retryAfter: expect.stringMatching(/^[1-6]\d$/), alive: 200 };

/** What the collectors, and nginx for them, say of themselves. */
function told(site: Site) {
  const ca = readFileSync(site.ca ?? '', 'utf8');
  return Promise.all(
    [site, ...site.running].map(async ({ port }) => {
      const ready = await ask(port, { path: '/readyz', ca });
      const alive = await ask(port, { path: '/healthz', ca });
      const retryAfter = ready.headers['retry-after'];
      return { ready: ready.status, retryAfter, alive: alive.status };
    }),
  );
}

async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise((resolve) => setTimeout(resolve, 50));
}
