import { describe, expect, test } from 'vitest';
import { type Observation, observationsOf } from '../../../collector/announce/observations.ts';
import { viewOfFleet } from '../../../collector/cluster-view.ts';
import type { CpuAdvice } from '../../../collector/cpu-advice.ts';
import { buildFleet } from '../../../collector/fleet.ts';
import type { Waiver } from '../../../shared/waiver.ts';
import { now, seedPolicy, seedReports } from '../seed-cluster.ts';
import {
  adviceOf,
  findingOf,
  gateOf,
  judgedAs,
  later,
  nodeOf,
  policyWith,
  reportOf,
  type Told,
} from './views.ts';

function seen(told: Told, cpuAdvice?: CpuAdvice[]): Observation[] {
  return observationsOf(judgedAs({ ...told, ...(cpuAdvice && { cpuAdvice }) }));
}

function one(kind: Observation['kind'], list: Observation[]): Observation {
  const [found, ...others] = list.filter((observation) => observation.kind === kind);
  if (found === undefined || others.length > 0) throw new Error(`${kind} is not there once`);
  return found;
}

describe('a verdict', () => {
  test('is told with what decides it, of a node or of the cluster', () => {
    const deciding = [findingOf('n1'), findingOf(null, { check: 'names.same', message: 'two' })];
    const verdict = one('verdict', seen({ gates: [gateOf('closed', deciding)] }));
    expect({ ...verdict, detail: verdict.detail('open', 'closed') }).toEqual({
      ...{ kind: 'verdict', subject: 'health', value: 'closed', silent: false },
      detail: ['kvm.device n1: no KVM', 'names.same: two'],
      round: {
        ...{ of: 'cluster', nowMs: now.getTime(), oldestMs: null, mostMs: null },
        limitMs: 2 * 3_600_000,
      },
    });
  });

  test('of very many findings tells the first, and how many more there are', () => {
    const deciding = Array.from({ length: 23 }, (_, index) => findingOf(`n${index}`));
    const lines = one('verdict', seen({ gates: [gateOf('closed', deciding)] })).detail(
      'open',
      'closed',
    );
    expect([lines.length, lines[19], lines[20]]).toEqual([
      21,
      'kvm.device n19: no KVM',
      'and 3 more',
    ]);
  });

  test('of a finding as long as a page tells its beginning', () => {
    const deciding = [findingOf('n1', { message: 'x'.repeat(5000) })];
    const [line] = one('verdict', seen({ gates: [gateOf('closed', deciding)] })).detail(
      'open',
      'closed',
    );
    expect([line?.length, line?.at(-1)]).toEqual([500, '…']);
  });

  test('does not ask what decides it before it is announced', () => {
    let asked = 0;
    const gate = {
      ...({ gate: 'health', state: 'closed' } as const),
      get deciding() {
        asked += 1;
        return [findingOf('n1')];
      },
    };
    const verdict = one('verdict', seen({ gates: [gate] }));
    expect(asked).toBe(0);
    expect(verdict.detail('open', 'closed')).toHaveLength(1);
  });

  test('of what is waived is not told', () => {
    const told = (waivers: Waiver[]) => {
      const input = { cluster: 'c1', policy: seedPolicy(), reports: seedReports(), now, waivers };
      const view = viewOfFleet(buildFleet(input));
      const list = observationsOf({ ...view, cpuAdvice: null });
      const health = list.find(({ kind, subject }) => kind === 'verdict' && subject === 'health');
      return health?.detail('', '').filter((line) => line.startsWith('network.bridge ganeti01'));
    };
    const waiver = { check: 'network.*', node: 'ganeti01*', reason: 'r', owner: 'o' };
    expect(told([])).toHaveLength(1);
    expect(told([{ ...waiver, expires: '2027-01-01T00:00:00Z' }])).toEqual([]);
  });

  test.each<[string, string[], (string | null)[], boolean]>([
    ['all of it is of nodes in windows', ['n1', 'n2'], ['n1', 'n2'], true],
    ['some of it is of another node', ['n1'], ['n1', 'n2'], false],
    ['some of it is of the whole cluster', ['n1', 'n2'], ['n1', null], false],
    ['a window is of every node', ['n*'], ['n1', null], true],
    ['nothing decides it', ['n*'], [], false],
  ])('is held while %s', (...[, windows, deciding, silent]) => {
    const policy = policyWith([windows, -1, 1]);
    const nodes = ['n1', 'n2', 'n3'].map((node) => nodeOf(node, reportOf(node)));
    const gates = [
      gateOf(
        'closed',
        deciding.map((node) => findingOf(node)),
      ),
    ];
    expect(one('verdict', seen({ policy, nodes, gates })).silent).toBe(silent);
  });

  test('is not held by two windows that only together are of every node', () => {
    const policy = policyWith([['n1'], -1, 1], [['n2'], -1, 1]);
    const nodes = ['n1', 'n2'].map((node) => nodeOf(node, reportOf(node)));
    const gates = [gateOf('closed', [findingOf(null)])];
    expect(one('verdict', seen({ policy, nodes, gates })).silent).toBe(false);
  });

  test.each([
    ['before its window', -2, false],
    ['at its beginning', -1, true],
    ['just before its end', 0.99, true],
    ['at its end', 1, false],
  ])('%s', (_what, minute, silent) => {
    const policy = policyWith([['n1'], -1, 1]);
    const gates = [gateOf('closed', [findingOf('n1')])];
    expect(one('verdict', seen({ policy, gates, at: later(minute) })).silent).toBe(silent);
  });
});

describe('a node', () => {
  test('is overdue when it has no fresh report, or never had one', () => {
    const nodes = [
      nodeOf('n1', reportOf('n1', 120)),
      nodeOf('n2', reportOf('n2', 121)),
      nodeOf('n3', null),
    ];
    const list = seen({ nodes }).filter(({ kind }) => kind === 'node');
    expect(list.map(({ subject, value, round }) => [subject, value, round.of])).toEqual([
      ['n1', 'reporting', 'moment'],
      ['n2', 'overdue', 'moment'],
      ['n3', 'overdue', 'moment'],
    ]);
    expect(list.map(({ detail }) => detail('', '')[0] ?? null)).toEqual([
      null,
      'fleet.report n2: its report is 2 h 1 min old; expected at most 2 h',
      'fleet.report n3: no report; expected one that is at most 2 h old',
    ]);
  });

  test('that the policy does not name is not missed, and drifts like others', () => {
    const nodes = [nodeOf('n1', reportOf('n1'), { expected: false })];
    expect(seen({ nodes }).map(({ kind }) => kind)).toEqual(['drift']);
  });

  test('in a window is held, and the others are not', () => {
    const nodes = ['n1', 'n2'].map((node) => nodeOf(node, reportOf(node)));
    const list = seen({ nodes, policy: policyWith([['n1'], -1, 1]) });
    expect(list.map(({ kind, subject, silent }) => [kind, subject, silent])).toEqual([
      ['node', 'n1', true],
      ['drift', 'n1', true],
      ['node', 'n2', false],
      ['drift', 'n2', false],
    ]);
  });

  test('without a report does not drift; with one each report counts once', () => {
    const report = reportOf('n1', 7);
    const nodes = [nodeOf('n1', report), nodeOf('n2', null)];
    expect(one('drift', seen({ nodes })).round).toEqual({
      of: 'report',
      collectedAt: report.collectedAt,
    });
  });
});

describe('a recommendation', () => {
  test.each([
    ['its type', adviceOf('Haswell'), 'Haswell'],
    ['none', adviceOf(null, { level: 'closed' }), 'none'],
    ['undecided', adviceOf(null, { level: 'undecided' }), 'undecided'],
  ])('is %s', (_what, advice, value) => {
    const observation = one('recommendation', seen({}, [advice]));
    expect([observation.subject, observation.value]).toEqual(['', value]);
    expect(observation.detail('', '')).toEqual(['The best.', 'Not X: no y on n1']);
  });

  test('is one for each group, and none where nobody asks for it', () => {
    const list = seen({}, [adviceOf('A', { group: 'a' }), adviceOf('B', { group: 'b' })]);
    expect(list.map(({ subject }) => subject)).toEqual(['a', 'b']);
    expect(seen({})).toEqual([]);
  });

  test('is held while any node is in a window', () => {
    const nodes = ['n1', 'n2'].map((node) => nodeOf(node, reportOf(node)));
    const silent = (glob: string) => {
      const policy = policyWith([[glob], -1, 1]);
      return one('recommendation', seen({ nodes, policy }, [adviceOf('A')])).silent;
    };
    expect([silent('n2'), silent('other')]).toEqual([true, false]);
  });
});

test('a round of the cluster waits for the nodes that can be waited for', () => {
  const nodes = [
    nodeOf('n1', reportOf('n1', 10)),
    nodeOf('n2', reportOf('n2', 3)),
    nodeOf('stale', reportOf('stale', 500)),
    nodeOf('missing', null),
    nodeOf('stranger', reportOf('stranger', 60), { expected: false }),
  ];
  expect(one('verdict', seen({ nodes, gates: [gateOf('open')] })).round).toMatchObject({
    oldestMs: later(-10).getTime(),
    mostMs: later(-3).getTime(),
  });
});

test.each([
  [1, 1],
  [2, 1],
  [3, 2],
  [19, 18],
  [20, 18],
  [30, 27],
])('of %i nodes most are the newest %i', (count, most) => {
  // the first one's report is of this minute, the last one's the oldest
  const nodes = Array.from({ length: count }, (_, index) => {
    const name = `n${index}`;
    return nodeOf(name, reportOf(name, index));
  });
  expect(one('verdict', seen({ nodes, gates: [gateOf('open')] })).round).toMatchObject({
    oldestMs: later(1 - count).getTime(),
    mostMs: later(1 - most).getTime(),
  });
});
