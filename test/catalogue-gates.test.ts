import { describe, expect, test } from 'vitest';
import { decideGate, gates } from '../collector/cluster/gates.ts';
import { clusterChecks } from '../collector/cluster/index.ts';
import { buildFleet } from '../collector/fleet.ts';
import { checks } from '../shared/checks/index.ts';
import { defaultPolicy } from '../shared/policy.ts';
import { samplePolicy, sampleReport } from './sample-report.ts';

const now = new Date('2026-11-22T12:00:00Z');
const cluster = 'ganeti-cluster01.example.org';

/** What only holds before the first gnt-cluster init. */
const installOnly = ['storage.empty', 'network.cluster-address'];

describe('the registry of gates', () => {
  test('holds each id once', () => {
    expect(gates.map(({ id }) => id)).toEqual([...new Set(gates.map(({ id }) => id))]);
  });

  test('asks every check of some gate', () => {
    const all = [...checks, ...clusterChecks].map(({ id }) => id);
    expect(all.filter((id) => !gates.some((gate) => gate.asks(id)))).toEqual([]);
  });

  test('asks of a running cluster nothing that only holds before the installation', () => {
    const health = gates.find(({ id }) => id === 'health');
    const left = checks.map(({ id }) => id).filter((id) => !health?.asks(id));
    expect(left.toSorted()).toEqual(installOnly.toSorted());
  });
});

describe.each(gates.map((gate) => [gate.id, gate] as const))('the gate %s', (_id, gate) => {
  const stateOf = (input: Partial<Parameters<typeof buildFleet>[0]>) =>
    decideGate(
      gate,
      buildFleet({ cluster, policy: defaultPolicy(), reports: [], now, checks, ...input }),
    ).state;

  test('says what its being open promises', () => {
    expect(gate.title).toMatch(/^.{10,}\?$/);
    expect(gate.question).toMatch(/^.{40,}\.$/s);
  });

  test('is not open without any report', () => {
    expect(stateOf({})).toBe('undecided');
    expect(stateOf({ policy: samplePolicy() })).toBe('undecided');
  });

  test('is not open while one planned node is missing', () => {
    expect(stateOf({ policy: samplePolicy(), reports: [sampleReport()] })).toBe('undecided');
  });

  test('is not open on a report that is too old', () => {
    const old = sampleReport({ collectedAt: '2026-11-22T09:00:00.000Z' });
    expect(stateOf({ reports: [old] })).toBe('undecided');
  });

  test('is not open on a report without sections', () => {
    expect(stateOf({ reports: [{ ...sampleReport(), sections: {} }] })).toBe('undecided');
  });

  test('is open on a healthy node when no more are planned', () => {
    const given = gate.ofJoining ? 'joining' : 'reports';
    expect(stateOf({ [given]: [sampleReport()] })).toBe('open');
  });
});
