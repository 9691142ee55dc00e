import { expect, test } from 'vitest';
import { buildFleet } from '../../collector/fleet.ts';
import { fleetJudge } from '../../collector/fleet-judge.ts';
import { clusterName, now, seedPolicy, seedReport, seedReports } from './seed-cluster.ts';

const policy = seedPolicy();
const asked = { cluster: clusterName, waivers: [], now };

test('what is judged again after a change is what is judged for the first time', async () => {
  const judge = fleetJudge({ policy, rules: [] });
  const reports = seedReports();
  await judge.judge({ ...asked, reports });
  const changed = seedReport(2, (facts) => {
    facts.memory.totalBytes = 1024;
    facts.os.kernelRelease = '5.10.0';
  });
  const later = reports.map((report) => (report.node === changed.node ? changed : report));
  const again = await judge.judge({ ...asked, reports: later });
  expect(again).toEqual(buildFleet({ ...asked, policy, rules: [], reports: later }));
  expect(again).not.toEqual(buildFleet({ ...asked, policy, rules: [], reports }));
});

test('a node that falls silent is no longer vouched for by what it said', async () => {
  const judge = fleetJudge({ policy, rules: [] });
  const reports = seedReports();
  await judge.judge({ ...asked, reports });
  const later = new Date(now.getTime() + 10 * 24 * 3_600_000);
  const stale = await judge.judge({ ...asked, reports, now: later });
  expect(stale).toEqual(buildFleet({ ...asked, policy, rules: [], reports, now: later }));
  expect(stale.nodes.map(({ freshness }) => freshness)).toEqual(['stale', 'stale', 'stale']);
});
