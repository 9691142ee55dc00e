import { readdirSync } from 'node:fs';
import { collectReport } from '../../../agent/collect.ts';
import { openRecordedHost } from '../../../agent/host/recorded.ts';
import { probes } from '../../../agent/probes/index.ts';
import { adviseCpu } from '../../../collector/cpu-advice.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import type { Report } from '../../../shared/report.ts';
import { filesOf, ganetiFacts } from '../../agent/ganeti-host.ts';
import { reference } from '../../requirements.ts';
import { sampleReport } from '../../sample-report.ts';
import { openTestApp, type TestApp } from '../test-app.ts';
import { browsing, type Scene } from './browser.ts';

/** A running cluster: what Ganeti says on its nodes is of the lab's real one. */
export const lab = 'lab.example.org';
/** All recorded machines there are, as nodes of one cluster. */
export const machines = 'machines.example.org';
/** A cluster that was heard of two days ago. */
export const silent = 'silent.example.org';

export const labNodes = [1, 2, 3].map((number) => `ganeti0${number}.example.org`);

const NOW = new Date('2026-11-22T12:00:00Z');
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A collector with real recorded reports of sixty-eight machines, some of them a month long. */
export async function openCaptureScene(): Promise<Scene> {
  const opened = await openTestApp({ openPage: true, advise: adviseCpu });
  await fillLab(opened);
  const { clock, deliver } = opened;
  clock.now = NOW;
  for (const report of await recordedMachines()) await deliver(report, machines);
  return browsing(opened);
}

/** Three nodes over a month: they fill up, and one day the volume group of the second is gone. */
async function fillLab({ app, as, deliver, clock }: TestApp): Promise<void> {
  const url = `/api/v1/clusters/${lab}`;
  const headers = { ...as.operator, 'content-type': 'application/yaml' };
  clock.now = new Date(NOW.getTime() - 31 * DAY_MS);
  await app.inject({ method: 'PUT', url: `${url}/policy`, headers, payload: labPolicy });
  for (const day of [30, 24, 17, 11, 6, 3, 2, 1, 0]) {
    clock.now = new Date(NOW.getTime() - day * DAY_MS - 5 * MINUTE_MS);
    for (const number of [1, 2, 3]) {
      const report = await labReport(number, day);
      await deliver({ ...report, collectedAt: clock.now.toISOString() }, lab);
      if (day === 2) await deliver({ ...report, collectedAt: clock.now.toISOString() }, silent);
    }
    if (day < 3) await app.inject({ url, headers: as.reader });
  }
}

const labPolicy = `cluster: {name: ganeti-cluster01.example.org, address: 192.0.2.4}
nodes:
  - {name: ganeti01.example.org, address: 192.0.2.5}
  - {name: ganeti02.example.org, address: 192.0.2.6}
  - {name: ganeti03.example.org, address: 192.0.2.7}
`;

async function labReport(number: number, day: number): Promise<Report> {
  const report = sampleReport({ node: `ganeti0${number}.example.org` });
  const { lvm, memory, time } = report.sections;
  const facts = await ganetiFacts(filesOf('real-ganeti-3.0.2/baseline', `ganeti0${number}`));
  report.sections.ganeti = { status: 'ok', facts };
  if (lvm?.status === 'ok') {
    for (const group of lvm.facts.volumeGroups) {
      group.freeBytes = Math.round(group.sizeBytes * (0.2 + day / 50));
    }
    if (number === 2 && day === 1) lvm.facts.volumeGroups = [];
  }
  if (memory?.status === 'ok') {
    memory.facts.availableBytes = Math.round(memory.facts.totalBytes * (0.4 + (day % 7) / 20));
  }
  if (time?.status === 'ok') time.facts.offsetMs = (day % 5) * 0.21 - 0.4;
  return report;
}

async function recordedMachines(): Promise<Report[]> {
  const names = readdirSync(reference('captures', 'sysroots')).filter((name) =>
    /^(cpuid|hwloc|libvirt|ul)-/.test(name),
  );
  const policy = defaultPolicy();
  return await Promise.all(
    names.map(async (name) => {
      const host = await openRecordedHost(reference('captures', 'sysroots', name));
      const how = { probes, policy, now: NOW, version: '0.1.0', privileged: true };
      return await collectReport({ host, node: `${name.toLowerCase()}.example.org`, ...how });
    }),
  );
}
