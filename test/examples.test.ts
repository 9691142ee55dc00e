import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildFleet } from '../collector/fleet.ts';
import { parsePolicy } from '../shared/policy-file.ts';
import { now } from './collector/seed-cluster.ts';
import { root } from './requirements.ts';
import { sampleReport } from './sample-report.ts';

test("the example of the guide's cluster is a valid policy with its duplicate address", () => {
  const file = join(root, 'packaging', 'examples', 'seed-cluster.yaml');
  const result = parsePolicy(readFileSync(file, 'utf8'), file);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { policy } = result;
  expect(policy.nodes.map(({ address }) => address)).toEqual([
    '192.0.2.5',
    '192.0.2.6',
    '192.0.2.6',
  ]);

  const report = sampleReport({ collectedAt: now.toISOString() });
  const fleet = buildFleet({ cluster: 'c', reports: [report], policy, now });
  const duplicates = fleet.clusterFindings.filter(
    ({ check, verdict }) => check === 'addresses.duplicate' && verdict === 'fail',
  );
  expect(duplicates.map(({ subject }) => subject)).toEqual(['192.0.2.6']);
  expect(duplicates[0]?.message).toContain('ganeti02.example.org');
  expect(duplicates[0]?.message).toContain('ganeti03.example.org');
});
