import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { collectReport } from '../../../agent/collect.ts';
import { openRecordedHost } from '../../../agent/host/recorded.ts';
import { probes } from '../../../agent/probes/index.ts';
import { digestOf } from '../../../agent/spool/entry.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import type { Facts, Report, Section } from '../../../shared/report.ts';
import { VERSION } from '../../../shared/version.ts';
import { root } from '../../requirements.ts';

/** What differs between two reports of a kind. */
export interface Moment {
  node: string;
  bootId: string;
  at: Date;
  /** which report of the node it is: volatile facts move with it */
  round: number;
  /** how often somebody has changed something on the node */
  changes: number;
}

/**
 * Reports of so many kinds of hosts: every recorded host, then the same ones again with twice the
 * memory, with three times, and so on.
 */
export async function recordedKinds(count: number): Promise<Report[]> {
  const hosts = join(root, 'test/hosts');
  const folders = readdirSync(hosts, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(hosts, name))
    .sort();
  const recorded = await Promise.all(folders.map(reportOfHost));
  return Array.from({ length: count }, (_, kind) => {
    const report = recorded[kind % recorded.length];
    if (report === undefined) throw new Error('there are no recorded hosts');
    const times = 1 + Math.floor(kind / recorded.length);
    return withFacts(report, 'memory', (memory) => ({ totalBytes: memory.totalBytes * times }));
  });
}

/** The report of a node of that kind at that moment. */
export function reportOf(kind: Report, { node, bootId, at, round, changes }: Moment): Report {
  const [hostname = node] = node.split('.');
  const names = { hostname, fqdn: { status: 'ok' as const, value: node } };
  const machineIdHash = digestOf(`machine ${node}`);
  const took = Object.keys(kind.sections).map((name, index) => [name, (round * index) % 97]);
  const named = withFacts(kind, 'identity', () => ({ ...names, machineIdHash, bootId }));
  const called = withFacts(named, 'names', () => names);
  const moved = withFacts(called, 'memory', ({ totalBytes }) => ({
    availableBytes: Math.floor(totalBytes * (0.2 + (round % 50) / 100)),
  }));
  const changed = withFacts(moved, 'os', ({ kernelVersion }) => ({
    kernelVersion: changes === 0 ? kernelVersion : `${kernelVersion} +${changes}`,
  }));
  const agent = { ...kind.agent, spool: { dropped: 0, aside: 0 } };
  const collectedAt = at.toISOString();
  return { ...changed, node, collectedAt, agent, tookMs: Object.fromEntries(took) };
}

async function reportOfHost(folder: string): Promise<Report> {
  const [host, policy] = [await openRecordedHost(folder), defaultPolicy()];
  const now = new Date();
  return collectReport({ host, policy, probes, version: VERSION, now, privileged: true });
}

/** A section that could not be read stays as it is. */
function withFacts<S extends Section>(
  report: Report,
  section: S,
  change: (facts: Facts[S]) => Partial<Facts[S]>,
): Report {
  const outcome: Report['sections'][S] = report.sections[section];
  if (outcome?.status !== 'ok') return report;
  const facts = { ...outcome.facts, ...change(outcome.facts) };
  return { ...report, sections: { ...report.sections, [section]: { ...outcome, facts } } };
}
