import { describe, expect, test } from 'vitest';
import { decideGate } from '../../collector/cluster/decision.ts';
import { gates } from '../../collector/cluster/gates.ts';
import { buildFleet } from '../../collector/fleet.ts';
import type { Finding } from '../../shared/check.ts';
import { gateIds } from '../../shared/gate.ts';
import { readPolicyText } from '../../shared/policy-file.ts';
import { waiverSchema } from '../../shared/waiver.ts';
import { smallReport } from '../shared/rules/rule-cases.ts';

const now = new Date('2026-11-22T12:00:00.000Z');
const rules = `
  - id: big
    title: Nodes are big
    message: the node is small
    remedy: buy memory
    that: memory.totalBytes >= bytes("128 GiB")
    gates: [health]
`;

async function fleetOf(policyText: string, waivers: object[] = []) {
  const result = await readPolicyText(policyText, 'cluster.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return buildFleet({
    cluster: 'c1',
    policy: result.policy,
    rules: result.rules,
    reports: [smallReport()],
    waivers: waivers.map((one) => waiverSchema.parse(one)),
    now,
    checks: [],
    clusterChecks: [],
  });
}

const rowOf = ({ check, node, verdict, message }: Finding) =>
  [check, node, verdict, message].join(' | ');

describe('a rule of the policy', () => {
  test('is judged on each node, and asked by the gates it names', async () => {
    const fleet = await fleetOf(`rules:${rules}`);
    const asked = gates.map((gate) => [
      gate.id,
      decideGate(gate, fleet).findings.filter(({ check }) => check === 'rule.big').length,
    ]);
    expect(fleet.nodes[0]?.findings.map(rowOf)).toEqual([
      'rule.big | ganeti01.example.org | fail | the node is small (memory.totalBytes 64 GiB)',
    ]);
    expect(Object.fromEntries(asked)).toEqual({
      ...{ install: 0, join: 0, health: 1, upgrade: 0, maintenance: 0 },
    });
  });

  test('is asked by every gate when it names none', async () => {
    const fleet = await fleetOf(`rules:${rules.replace('    gates: [health]\n', '')}`);
    const states = gates
      .filter((gate) => !gate.ofJoining)
      .map((gate) => [gate.id, decideGate(gate, fleet).state]);
    expect(Object.fromEntries(states)).toEqual({
      install: 'closed',
      health: 'closed',
      upgrade: 'closed',
      maintenance: 'closed',
    });
  });

  test('is as grave as the severities of the policy have it', async () => {
    const fleet = await fleetOf(`severity: {"rule.*": warn}\nrules:${rules}`);
    expect(fleet.nodes[0]?.findings.map(({ verdict, severity }) => [verdict, severity])).toEqual([
      ['warn', { judged: 'fail', pattern: 'rule.*' }],
    ]);
  });

  test('can be waived', async () => {
    const expires = '2027-01-01T00:00:00Z';
    const waiver = { check: 'rule.big', node: '*', reason: 'old node', owner: 'me', expires };
    const fleet = await fleetOf(`rules:${rules}`, [waiver]);
    expect(fleet.nodes[0]?.findings.map(({ waived }) => waived)).toEqual([
      { reason: 'old node', owner: 'me', expires },
    ]);
  });

  test('that nobody made ready is unknown, and not left out', async () => {
    const result = await readPolicyText(`rules:${rules}`, 'cluster.yaml');
    if (!result.ok) throw new Error('not read');
    const fleet = buildFleet({
      cluster: 'c1',
      policy: result.policy,
      reports: [smallReport()],
      now,
      checks: [],
      clusterChecks: [],
    });
    expect(fleet.nodes[0]?.findings.map(rowOf)).toEqual([
      'rule.big | ganeti01.example.org | unknown | the rules of the policy were not made ready',
    ]);
  });
});

test('the gates that a rule may name are those there are', () => {
  expect(gates.map(({ id }) => id)).toEqual([...gateIds]);
});
