import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { seeded } from '../agent/state/random.ts';
import { describeWith, program } from '../requirements.ts';
import { soak } from './kills.ts';
import { verify } from './verify.ts';

describeWith(
  [program('flock', 'util-linux')],
  'agent and collector, killed at random moments',
  () => {
    test('nothing is lost, doubled, damaged or stuck', { timeout: 120_000 }, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'muster-kills-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const limits = { deliveries: 5000, limitMs: 15_000 };
      const soaked = await soak({ folder, ...limits, random: seeded(11) });
      const { stored, ...wrong } = await verify(soaked);
      expect(wrong).toEqual({ lost: [], doubled: [], unreadable: [], stuck: [] });
      expect(stored).toBeGreaterThanOrEqual(soaked.safe.length);
      expect(soaked.agentKills).toBeGreaterThan(3);
      expect(soaked.collectorKills).toBeGreaterThan(0);
    });
  },
);
