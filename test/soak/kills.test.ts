import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { seeded } from '../agent/state/random.ts';
import { postgres, startPostgres } from '../postgres-server.ts';
import { describeWith, program } from '../requirements.ts';
import { type Soaking, safeIn, soak } from './kills.ts';
import { verify } from './verify.ts';

const flock = program('flock', 'util-linux');
const nginx = program('nginx', 'nginx-light');

/** For each engine; some 30 to 40 a second on two cores. `npm run soak` takes more. */
const DELIVERIES = 2000;

async function soakAndVerify(how: Pick<Soaking, 'collectors' | 'nodes'> & { database?: string }) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-kills-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const limits = { deliveries: DELIVERIES, limitMs: 200_000 };
  const database = how.database ?? join(folder, 'muster.db');
  const soaked = await soak({ ...how, database, folder, ...limits, random: seeded(11) });
  const { stored, ...wrong } = await verify(soaked);
  const none = { lost: [], doubled: [], unreadable: [], disordered: [], stuck: [] };
  expect(wrong).toEqual(none);
  expect(safeIn(soaked)).toBeGreaterThanOrEqual(DELIVERIES);
  expect(stored).toBeGreaterThanOrEqual(safeIn(soaked));
  expect(soaked.agentKills).toBeGreaterThan(3);
  expect(soaked.collectorKills).toBeGreaterThan(0);
}

const timeout = 300_000;

describe('agents and collectors, killed at random moments', () => {
  describeWith([flock], 'over SQLite', () => {
    test('nothing is lost, doubled, damaged or stuck', { timeout }, () =>
      soakAndVerify({ collectors: 1, nodes: 1 }),
    );
  });

  describeWith([flock, postgres, nginx], 'over PostgreSQL', () => {
    test('nothing is lost although one of two collectors is gone', { timeout }, async () => {
      const server = await startPostgres();
      onTestFinished(() => server.end());
      await server.run('postgres', 'CREATE DATABASE soak');
      await soakAndVerify({ collectors: 2, nodes: 2, database: server.url('soak') });
    });
  });
});
