import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { collectReport } from '../../../agent/collect.ts';
import { openRecordedHost } from '../../../agent/host/recorded.ts';
import { probes } from '../../../agent/probes/index.ts';
import { digestOf } from '../../../agent/spool/entry.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import type { Report } from '../../../shared/report.ts';
import { VERSION } from '../../../shared/version.ts';
import { root } from '../../requirements.ts';

/** What differs between two reports of a kind. */
export interface Moment {
  /** of the node, which no other one has; its addresses are made of it */
  number: number;
  node: string;
  bootId: string;
  at: Date;
  /** which report of the node it is: volatile facts move with it */
  round: number;
  /** how often somebody has changed something on the node */
  changes: number;
}

/** A kind of host: a recorded one, and what of it no two machines have in common. */
export interface Kind {
  report: Report;
  addresses: string[];
  macAddresses: string[];
}

/**
 * So many kinds of hosts: those recorded ones of which the processors and the memory were read,
 * then the same again with twice the memory, with three times, and so on.
 */
export async function recordedKinds(count: number): Promise<Kind[]> {
  const hosts = join(root, 'test/hosts');
  const folders = readdirSync(hosts, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(hosts, name))
    .sort();
  const recorded = (await Promise.all(folders.map(reportOfHost))).filter(
    ({ sections: { cpu, memory } }) => cpu?.status === 'ok' && memory?.status === 'ok',
  );
  return Array.from({ length: count }, (_, kind) => {
    const report = recorded[kind % recorded.length];
    if (report === undefined) throw new Error('there are no recorded hosts');
    const times = 1 + Math.floor(kind / recorded.length);
    const memory = withFacts(report.sections.memory, (facts) => ({
      ...facts,
      totalBytes: facts.totalBytes * times,
    }));
    return kindOf({ ...report, sections: { ...report.sections, memory } });
  });
}

/** The text of a report of a node of that kind at that moment, as its agent would send it. */
export function reportText({ report, addresses, macAddresses }: Kind, moment: Moment): string {
  const { number } = moment;
  const [high, middle, low] = [number >> 16, (number >> 8) & 255, number & 255];
  const hex = number
    .toString(16)
    .padStart(6, '0')
    .replace(/..(?=.)/g, '$&:');
  // 198.18.0.0/15 is set apart for benchmarks
  const own = `198.${18 + (high & 1)}.${middle}.${low}`;
  let text = JSON.stringify(reportOf(report, moment));
  for (const address of addresses) text = text.replaceAll(address, own);
  for (const address of macAddresses) text = text.replaceAll(address, `52:54:00:${hex}`);
  return text;
}

function reportOf(kind: Report, { node, bootId, at, round, changes }: Moment): Report {
  const [hostname = node] = node.split('.');
  const called = { hostname, fqdn: { status: 'ok' as const, value: node } };
  const machineIdHash = digestOf(`machine ${node}`);
  const took = Object.keys(kind.sections).map((name, index) => [name, (round * index) % 97]);
  const { identity, names, memory, os } = kind.sections;
  const sections: Report['sections'] = {
    ...kind.sections,
    identity: withFacts(identity, (facts) => ({ ...facts, ...called, machineIdHash, bootId })),
    names: withFacts(names, (facts) => ({ ...facts, ...called })),
    memory: withFacts(memory, (facts) => ({ ...facts, ...memoryLeft(facts.totalBytes, round) })),
    os: withFacts(os, (facts) => ({
      ...facts,
      kernelVersion: changes === 0 ? facts.kernelVersion : `${facts.kernelVersion} +${changes}`,
    })),
  };
  const agent = { ...kind.agent, spool: { dropped: 0, aside: 0 } };
  const collectedAt = at.toISOString();
  return { ...kind, node, collectedAt, agent, tookMs: Object.fromEntries(took), sections };
}

function memoryLeft(totalBytes: number, round: number) {
  return { availableBytes: Math.floor(totalBytes * (0.2 + (round % 50) / 100)) };
}

function kindOf(report: Report): Kind {
  const { network } = report.sections;
  if (network?.status !== 'ok') return { report, addresses: [], macAddresses: [] };
  const { interfaces, addresses } = network.facts;
  const known = addresses.status === 'ok' ? addresses.value : [];
  const ofAll = known.filter(({ family, scope }) => family === 'inet' && scope === 'global');
  return {
    report,
    addresses: ofAll.map(({ address }) => address),
    macAddresses: interfaces.flatMap(({ physical, macAddress }) =>
      physical && macAddress !== null ? [macAddress] : [],
    ),
  };
}

async function reportOfHost(folder: string): Promise<Report> {
  const [host, policy] = [await openRecordedHost(folder), defaultPolicy()];
  const now = new Date();
  return collectReport({ host, policy, probes, version: VERSION, now, privileged: true });
}

type Read<F> = { status: 'ok'; facts: F };

/** A section that could not be read, or is not there, stays as it is. */
function withFacts<F, Rest extends { status: 'failed' } | undefined>(
  outcome: Read<F> | Rest,
  change: (facts: F) => F,
): Read<F> | Rest {
  if (outcome?.status !== 'ok') return outcome;
  return { status: 'ok', facts: change(outcome.facts) };
}
