import { describe, expect, test } from 'vitest';
import { decideGate } from '../collector/cluster/decision.ts';
import { askedOf, gates } from '../collector/cluster/gates.ts';
import { clusterChecks } from '../collector/cluster/index.ts';
import { buildFleet } from '../collector/fleet.ts';
import { checks } from '../shared/checks/index.ts';
import { defaultPolicy } from '../shared/policy.ts';
import { ok, now as seedNow, seedPolicy, seedReport } from './collector/seed-cluster.ts';
import { samplePolicy, sampleReport } from './sample-report.ts';

const now = new Date('2026-11-22T12:00:00Z');
const cluster = 'ganeti-cluster01.example.org';

/** What only holds before the first gnt-cluster init. */
const installOnly = [
  'storage.empty',
  'network.cluster-address',
  'os.leftovers',
  'peers.cluster-address',
];

/** What matters for new guests, and to no upgrade. */
const forNewGuests = ['storage.size', 'storage.volume-group-similar', 'storage.disk-kinds'];

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

describe('the gate upgrade', () => {
  const upgrade = gates.find(({ id }) => id === 'upgrade');
  const health = gates.find(({ id }) => id === 'health');

  test('asks whether versions are equal, and what health asks but for room for new guests', () => {
    const all = [...checks, ...clusterChecks].map(({ id }) => id);
    const versions = [
      'qemu.version-equal',
      'drbd.versions-equal',
      'os.kernel-equal',
      'os.packages-equal',
      'os.release-equal',
    ];
    expect(versions.filter((id) => !upgrade?.asks(id) || !all.includes(id))).toEqual([]);
    const left = all.filter((id) => health?.asks(id) && !upgrade?.asks(id));
    expect(left.toSorted()).toEqual(forNewGuests.toSorted());
  });

  test.each([
    ['qemu-system-x86', 'open', 'warn'],
    ['ganeti', 'closed', 'fail'],
  ])('on two versions of %s is %s', (name, state, verdict) => {
    if (upgrade === undefined) throw new Error('there is no gate upgrade');
    const second = seedReport(2, ({ os }) => {
      os.packages = ok({ ganeti: '3.0.2-3', 'qemu-system-x86': '1:7.2', [name]: '9.9-1' });
    });
    const first = seedReport(1, ({ os }) => {
      os.packages = ok({ ganeti: '3.0.2-3', 'qemu-system-x86': '1:7.2' });
    });
    const packages = clusterChecks.filter(({ id }) => id === 'os.packages-equal');
    const fleet = buildFleet({
      cluster,
      reports: [first, second],
      policy: seedPolicy({ nodes: seedPolicy().nodes.slice(0, 2) }),
      now: seedNow,
      checks: [],
      clusterChecks: packages,
    });
    const answer = decideGate(upgrade, fleet);

    expect(answer.state).toBe(state);
    expect(answer.findings.map((one) => one.verdict)).toContain(verdict);
  });
});

test('what a gate asks is what it can be narrowed to: joining only when nodes join', () => {
  const ids = ['fleet.report', 'storage.empty', 'storage.free', 'cpu.join', 'waivers.unused'];
  const asked = Object.fromEntries(gates.map((gate) => [gate.id, askedOf(gate, ids)]));
  const standing = ['fleet.report', 'waivers.unused'];
  const running = ['fleet.report', 'storage.free', 'waivers.unused'];

  expect(asked).toEqual({
    install: { asked: ids.filter((id) => id !== 'cpu.join'), standing },
    join: { asked: ids, standing },
    health: { asked: running, standing },
    upgrade: { asked: running, standing },
    maintenance: { asked: standing, standing },
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
    // what may go down has to be said
    expect(stateOf({ [given]: [sampleReport()] })).toBe(gate.ofDraining ? 'undecided' : 'open');
  });
});
