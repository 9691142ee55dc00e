import { writeFileSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadFleet } from '../../collector/sources.ts';
import type { Finding } from '../../shared/check.ts';
import { openLiveCollector } from './routes/live-collector.ts';
import { clusterName, now, seedReport } from './seed-cluster.ts';
import { temporaryFolder } from './test-app.ts';

const io = {
  out: () => undefined,
  err: () => undefined,
  env: {},
  now: () => now,
  readStdin: async () => '',
  files,
  unique: () => '1',
  digest: () => '',
  terminal: false,
};

test('what the collector keeps waived is waived for who asks it too', async () => {
  const live = await openLiveCollector();
  await live.deliver(seedReport(1));
  const path = `/api/v1/clusters/${encodeURIComponent(clusterName)}`;
  const shown = async (): Promise<Finding[]> => {
    const { json } = await live.send({ path, headers: live.as.reader });
    return JSON.parse(JSON.stringify(json)).nodes.flatMap(
      (node: { findings: Finding[] }) => node.findings,
    );
  };
  const trouble = (await shown()).find(({ verdict }) => verdict === 'fail' || verdict === 'warn');
  if (trouble === undefined || trouble.node === null) throw new Error('nothing to waive');
  const { check, node } = trouble;
  const accepted = { reason: 'known', owner: 'ops', expires: '2026-06-01T00:00:00Z' };
  const waiver = { check, node, ...accepted };
  await live.store.addWaiver(clusterName, waiver, { by: 'test', at: now });

  const tokenFile = join(temporaryFolder(), 'token');
  writeFileSync(tokenFile, live.as.reader.authorization.replace('Bearer ', ''));
  const collector = `http://127.0.0.1:${live.port}`;
  const fleet = await loadFleet([], { collector, tokenFile, cluster: clusterName }, io);
  const judged = fleet.nodes.flatMap(({ findings }) => findings);
  const waived = judged.filter((finding) => finding.waived !== undefined);
  expect(waived.map((finding) => [finding.check, finding.node])).toContainEqual([check, node]);
  expect(JSON.parse(JSON.stringify(judged))).toEqual(await shown());
});
