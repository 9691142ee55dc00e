import { describe, expect, test } from 'vitest';
import { decideAgain, decideGate } from '../../../collector/cluster/decision.ts';
import { gates, standingGates } from '../../../collector/cluster/gates.ts';
import { saidEach, saidOnce } from '../../../collector/cluster/said-once.ts';
import { buildFleet } from '../../../collector/fleet.ts';
import { toldGateSchema } from '../../../collector/gate-answer.ts';
import { answerOfGate, exitOfAnswer } from '../../../shared/answer.ts';
import type { Fleet } from '../../../shared/fleet.ts';
import { type Policy, policySchema } from '../../../shared/policy.ts';
import { countsOf } from '../../../shared/render/counts.ts';
import { renderText } from '../../../shared/render/text.ts';
import { type Report, reportSchema } from '../../../shared/report.ts';
import type { Waiver } from '../../../shared/waiver.ts';
import { recordedKinds, reportText } from '../../bench/fleet/kinds.ts';
import { now, seedReports } from '../seed-cluster.ts';

const KINDS = 30;
const kinds = await recordedKinds(KINDS);
const names = Array.from({ length: 2 * KINDS }, (_, number) => `n${number}.example.org`);
const reports = names.map((node, number): Report => {
  const kind = kinds[number % KINDS];
  if (kind === undefined) throw new Error('there is no such kind');
  const at = new Date(now.getTime() - number * 60_000);
  const moment = { number, node, bootId: 'b', at, round: number, changes: number % 3 };
  return reportSchema.parse(JSON.parse(reportText(kind, moment)));
});
const waivers: Waiver[] = [
  {
    ...{ check: 'kvm.*', node: '*', reason: 'known', owner: 'ops' },
    expires: '2027-01-01T00:00:00Z',
  },
];
const named = (wanted: string[], rest: object = {}): Policy =>
  policySchema.parse({ nodes: wanted.map((name) => ({ name })), ...rest });

const base = { cluster: 'c1', now, waivers: [] };
const fleets: [string, Fleet][] = [
  ['no node', buildFleet({ ...base, policy: named([]), reports: [] })],
  ['recorded hosts', buildFleet({ ...base, policy: named([]), reports })],
  [
    'nodes silent, unexpected and waived',
    buildFleet({
      ...{ ...base, reports, waivers, now: new Date(now.getTime() + 90 * 60_000) },
      policy: named(['absent.example.org', ...names.slice(3)], {
        severity: { 'os.*': 'fail', 'storage.*': 'warn' },
      }),
    }),
  ],
  ['a sound cluster', buildFleet({ ...base, policy: named([]), reports: seedReports() })],
];

describe.each(fleets)('of %s', (_, fleet) => {
  test.each(gates.map((gate) => [gate.id, gate] as const))('gate %s says the same', (_id, gate) => {
    const whole = decideGate(gate, fleet);
    const told = JSON.parse(JSON.stringify(saidOnce(gate, fleet)));
    const short = saidEach(toldGateSchema.parse(told));
    const { findings, ...frame } = whole;
    const troubles = findings.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skip');
    expect(short).toEqual({ ...frame, counts: countsOf(findings), findings: troubles });
    const answers = [answerOfGate(whole), answerOfGate(short)] as const;
    for (const failOn of ['fail', 'warn'] as const) {
      const [exit, shortExit] = answers.map((answer) => exitOfAnswer(answer, failOn));
      expect(shortExit).toBe(exit);
      for (const quiet of [false, true]) {
        const options = { verbose: false, color: false, failOn, quiet };
        expect(renderText(answers[1], options)).toBe(renderText(answers[0], options));
      }
    }
  });
});

test.each(fleets)('of %s the standing gates decide as they do when asked in full', (_, fleet) => {
  for (const gate of standingGates) {
    const { findings, ...frame } = decideGate(gate, fleet);
    expect({ ...decideAgain(gate, fleet) }).toEqual({ ...frame, counts: countsOf(findings) });
  }
});

test('what many nodes say is said once', () => {
  const [, [, fleet]] = fleets as [unknown, [string, Fleet]];
  const [gate] = standingGates;
  if (gate === undefined) throw new Error('there is no gate');
  const { troubles } = saidOnce(gate, fleet);
  const told = troubles.map(({ nodes, ...said }) => JSON.stringify(said));
  expect(new Set(told).size).toBe(told.length);
  const each = troubles.reduce((sum, { nodes }) => sum + nodes.length, 0);
  expect(each).toBeGreaterThan(1.5 * told.length);
});
