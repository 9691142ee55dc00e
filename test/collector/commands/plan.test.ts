import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { installPlanSchema } from '../../../shared/install-plan.ts';
import { seedReports } from '../seed-cluster.ts';
import { muster } from './muster.ts';

const policy = [
  'cluster: {name: ganeti-cluster01.example.org, address: 192.0.2.4}',
  'nodes:',
  '  - {name: ganeti01.example.org, address: 192.0.2.5}',
  '  - {name: ganeti02.example.org, address: 192.0.2.6}',
  '  - {name: ganeti03.example.org, address: 192.0.2.7}',
  '',
].join('\n');

/** A policy and a file of reports, as an operator has them. */
function files(): { policyFile: string; reports: string } {
  const folder = mkdtempSync(join(tmpdir(), 'muster-plan-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [policyFile, reports] = [join(folder, 'policy.yaml'), join(folder, 'reports.json')];
  writeFileSync(policyFile, policy);
  writeFileSync(reports, JSON.stringify(seedReports()));
  return { policyFile, reports };
}

test.each(['text', 'json', 'markdown', 'sh'])('the exit code is the same as %s', async (format) => {
  const { policyFile, reports } = files();
  const alone = await muster('plan', '--policy', policyFile, '-f', format);
  expect(alone).toMatchObject({ code: 3, stderr: '' });
  // these reports have no section about CPU and QEMU
  const told = await muster('plan', '--policy', policyFile, '-f', format, reports);
  expect(told).toMatchObject({ code: 3, stderr: '' });
  expect(told.stdout).not.toBe(alone.stdout);
});

test('what a policy forbids closes it', async () => {
  const { policyFile, reports } = files();
  writeFileSync(policyFile, policy.replace('192.0.2.7', '192.0.2.6'));
  expect(await muster('plan', '--policy', policyFile, reports)).toMatchObject({ code: 2 });
});

test('JSON is as published, and the same for the same reports', async () => {
  const { policyFile, reports } = files();
  const [one, other] = [
    await muster('plan', '--policy', policyFile, '-f', 'json', reports),
    await muster('plan', '--policy', policyFile, '-f', 'json', reports),
  ];
  expect(installPlanSchema.parse(JSON.parse(one?.stdout ?? '')).nodes).toHaveLength(3);
  expect(one).toEqual(other);
});

test('without policy and reports it says what it wants', async () => {
  const ended = await muster('plan');
  expect(ended).toMatchObject({ code: 64, stderr: expect.stringContaining('no report') });
});
