import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideGate } from '../../../collector/cluster/decision.ts';
import { findGate, gates, standingGates } from '../../../collector/cluster/gates.ts';
import type { Fleet, FleetNode } from '../../../collector/fleet.ts';
import type { Finding, Verdict } from '../../../shared/check.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { waiverCards } from '../../../shared/waiver-findings.ts';
import { clusterName, now, seedReport } from '../seed-cluster.ts';

function finding(check: string, verdict: Verdict, node: string | null = 'n1'): Finding {
  return { check, title: check, node, verdict, message: `${check} ${verdict}` };
}

function waived(one: Finding): Finding {
  return { ...one, waived: { reason: 'r', owner: 'anna', expires: '2027-01-31T00:00:00Z' } };
}

function fleetNode(changes: Partial<FleetNode> = {}): FleetNode {
  return {
    node: 'n1',
    expected: true,
    freshness: 'fresh',
    report: seedReport(1),
    ageMs: 1000,
    findings: [finding('os.kernel', 'pass')],
    ...changes,
  };
}

function fleetOf(nodes: FleetNode[], clusterFindings: Finding[] = []): Fleet {
  return { cluster: clusterName, policy: defaultPolicy(), now, nodes, clusterFindings };
}

function decide(id: string, fleet: Fleet) {
  const gate = findGate(id);
  if (gate === undefined) throw new Error(`no gate ${id}`);
  return decideGate(gate, fleet);
}

function stateWith(...findings: Finding[]): string {
  return decide('install', fleetOf([fleetNode({ findings })])).state;
}

const failure = finding('os.kernel', 'fail');
const other = finding('os.disk', 'fail');
const unknown = finding('os.disk', 'unknown');

describe('a gate', () => {
  test.each<[string, Verdict[], string]>([
    ['passes alone', ['pass'], 'open'],
    ['warnings and skips besides', ['pass', 'warn', 'skip'], 'open'],
    ['an unknown', ['pass', 'unknown'], 'undecided'],
    ['a failure', ['pass', 'fail'], 'closed'],
    ['a failure and an unknown', ['unknown', 'fail'], 'closed'],
    ['nothing asked at all', [], 'undecided'],
  ])('with %s', (_, verdicts, state) => {
    expect(stateWith(...verdicts.map((verdict) => finding('os.kernel', verdict)))).toBe(state);
  });

  test.each<[string, FleetNode[], string]>([
    ['no node at all', [], 'undecided'],
    ['a missing node', [fleetNode(), missing()], 'undecided'],
    ['a stale node', [fleetNode(), fleetNode({ node: 'n2', freshness: 'stale' })], 'undecided'],
    ['only nodes outside the policy', [fleetNode({ expected: false })], 'undecided'],
    ['a missing node outside the policy', [fleetNode(), missing(false)], 'open'],
  ])('with %s', (_, nodes, state) => {
    expect(
      decide('install', fleetOf(nodes, [finding('os.kernel-equal', 'pass', null)])).state,
    ).toBe(state);
  });

  test('is closed by a failure across nodes, even with a node missing', () => {
    const across = finding('addresses.duplicate', 'fail', null);

    expect(decide('install', fleetOf([fleetNode(), missing()], [across])).state).toBe('closed');
  });
});

describe('a gate with waivers', () => {
  test.each<{ title: string; findings: Finding[]; state: string; deciding: Finding[] }>([
    { title: 'a waived failure', findings: [waived(failure)], state: 'open', deciding: [] },
    {
      title: 'a waived failure and one that is not',
      findings: [waived(failure), other],
      state: 'closed',
      deciding: [other],
    },
    {
      title: 'a waived failure and an unknown',
      findings: [waived(failure), unknown],
      state: 'undecided',
      deciding: [unknown],
    },
    {
      title: 'an unknown that claims to be waived',
      findings: [waived(failure), waived(unknown)],
      state: 'undecided',
      deciding: [waived(unknown)],
    },
  ])('with $title', ({ findings, state, deciding }) => {
    const result = decide('install', fleetOf([fleetNode({ findings })]));

    expect(result.state).toBe(state);
    expect(result.deciding).toEqual(deciding);
    expect(result.findings).toHaveLength(findings.length);
  });

  test.each(standingGates.map((gate) => [gate.id]))(
    'of %s tells what is wrong of waivers',
    (id) => {
      const about = waiverCards.map((card) => finding(card.id, 'warn', null));
      const result = decide(id, fleetOf([fleetNode()], about));

      expect(result.state).toBe('open');
      expect(result.findings.slice(1)).toEqual(about);
    },
  );

  test('is not open when nothing but waivers was judged', () => {
    const about = finding('waivers.unused', 'warn', null);

    expect(decide('install', fleetOf([fleetNode({ findings: [] })], [about])).state).toBe(
      'undecided',
    );
  });
});

describe('the answer of a gate', () => {
  test('tells everything: who took part, what decides, everything in order of the checks', () => {
    const first = [finding('fleet.membership', 'warn', 'n3'), finding('os.kernel', 'fail', 'n3')];
    const fleet = fleetOf(
      [
        fleetNode({ findings: [finding('os.kernel', 'unknown'), finding('os.disk', 'pass')] }),
        fleetNode({
          node: 'n2',
          findings: [finding('os.kernel', 'fail', 'n2'), finding('os.disk', 'warn', 'n2')],
        }),
        fleetNode({ node: 'n3', expected: false, findings: first }),
      ],
      [finding('os.equal', 'fail', null)],
    );

    const result = decide('install', fleet);

    expect(result.state).toBe('closed');
    expect(result.at).toBe('2026-03-01T03:00:00.000Z');
    expect(result.nodes[0]).toEqual({
      node: 'n1',
      expected: true,
      freshness: 'fresh',
      ageMs: 1000,
      collectedAt: '2026-03-01T02:48:00Z',
    });
    expect(result.deciding).toEqual([
      finding('os.kernel', 'fail', 'n2'),
      finding('os.equal', 'fail', null),
      finding('os.kernel', 'unknown', 'n1'),
    ]);
    expect(result.findings).toEqual([
      finding('fleet.membership', 'warn', 'n3'),
      finding('os.kernel', 'unknown', 'n1'),
      finding('os.kernel', 'fail', 'n2'),
      finding('os.disk', 'pass', 'n1'),
      finding('os.disk', 'warn', 'n2'),
      finding('os.equal', 'fail', null),
    ]);
  });

  test('health does not ask what must hold only before the install', () => {
    const fleet = fleetOf([
      fleetNode({ findings: [finding('storage.empty', 'fail'), finding('storage.free', 'pass')] }),
    ]);

    expect(decide('install', fleet).state).toBe('closed');
    expect(decide('health', fleet).state).toBe('open');
  });
});

describe('the gates', () => {
  test('ask for fresh reports whatever else they ask', () => {
    const nothing = { id: 'made-up', title: '', question: '', asks: () => false };

    expect(decideGate(nothing, fleetOf([missing()])).deciding).toEqual([
      finding('fleet.report', 'unknown', 'n9'),
    ]);
  });

  test('are found by their exact names', () => {
    const ids = ['install', 'join', 'health', 'upgrade', 'maintenance'];
    expect(gates.map((gate) => gate.id)).toEqual(ids);
    expect(standingGates.map((gate) => gate.id)).toEqual(['install', 'health', 'upgrade']);
    expect(findGate('healt')).toBeUndefined();
  });

  test('never open because something known became unknown or a node fell silent', () => {
    const verdict = fc.constantFrom<Verdict>('pass', 'warn', 'fail', 'unknown', 'skip');
    const fleets = fc.record({
      verdicts: fc.array(fc.array(verdict, { minLength: 1, maxLength: 3 }), {
        minLength: 1,
        maxLength: 3,
      }),
      lost: fc.nat(2),
    });
    fc.assert(
      fc.property(fleets, ({ verdicts, lost }) => {
        const nodes = verdicts.map((list, index) =>
          fleetNode({
            node: `n${index}`,
            findings: list.map((one, check) => finding(`os.c${check}`, one, `n${index}`)),
          }),
        );
        const silent = nodes.map((node, index) =>
          index === lost % nodes.length ? { ...missing(), node: node.node } : node,
        );
        expect(decide('install', fleetOf(silent)).state).not.toBe('open');
      }),
    );
  });
});

function missing(expected = true): FleetNode {
  return fleetNode({
    node: 'n9',
    expected,
    freshness: 'missing',
    report: null,
    ageMs: null,
    findings: [finding('fleet.report', 'unknown', 'n9')],
  });
}
