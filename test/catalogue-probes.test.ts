import { describe, expect, test } from 'vitest';
import { collectReport } from '../agent/collect.ts';
import type { Host } from '../agent/host/host.ts';
import type { Probe } from '../agent/probe.ts';
import { probes } from '../agent/probes/index.ts';
import { defaultPolicy } from '../shared/policy.ts';
import { type Section, sections } from '../shared/report.ts';
import { madeHost } from './agent/recorded-hosts.ts';

const policy = defaultPolicy();
const taken = { policy, now: new Date('2026-11-22T12:00:00Z'), version: '0.0.0', privileged: true };

describe('the registry of probes', () => {
  test('has exactly one probe for each section, in the order of the report', () => {
    expect(probes.map(({ section }) => section)).toEqual(sections);
  });
});

describe.each(probes.map((probe) => [probe.section, probe] as const))('%s', (section, probe) => {
  test('has a time limit of its own, of a minute at most', () => {
    expect(probe.timeoutMs).toBeGreaterThan(0);
    expect(probe.timeoutMs).toBeLessThanOrEqual(60_000);
  });

  test('survives an empty host, and brings no fact that it did not read there', async () => {
    const host = await madeHost({ files: { '/etc/issue': 'empty' } });
    const outcome = await outcomeOf(host, probe, section);
    if (outcome.status === 'ok') expect(readingsOf(outcome.facts)).toEqual(['failed']);
    else expect(outcome.error).toMatchObject({ kind: 'not_recorded' });
  });

  test('is cut off when the host does not answer', async () => {
    const outcome = await outcomeOf(hangingHost, { ...probe, timeoutMs: 20 }, section);
    expect(outcome).toMatchObject({ status: 'failed', error: { kind: 'timed_out' } });
  });
});

async function outcomeOf(host: Host, probe: Probe<Section>, section: Section) {
  const asked = { ...taken, host, probes: [probe], node: 'node1', probePeers: true };
  const report = await collectReport(asked);
  const outcome = report.sections[section];
  if (outcome === undefined) throw new Error(`the report lacks the section ${section}`);
  return outcome;
}

/** How the readings of a section went: each way once. */
function readingsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'status' in value && typeof value.status === 'string' ? [value.status] : [];
  return [...new Set([...own, ...Object.values(value).flatMap(readingsOf)])];
}

const never = () => new Promise<never>(() => undefined);

/** Every question to it stays without an answer, as on a host whose disk has died. */
const hangingHost: Host = {
  origin: 'live',
  read: never,
  excerpt: never,
  list: never,
  stat: never,
  link: never,
  open: never,
  space: never,
  run: never,
  connect: never,
  inventory: never,
  remember: never,
};
