import { describe, expect, test } from 'vitest';
import { ofRapi } from '../../../collector/cluster/rapi.ts';
import type { RapiEvidence } from '../../../collector/rapi/evidence.ts';
import { drained, nodeName, now } from './maintenance/small-cluster.ts';
import { asked, held, rapiOf, reports } from './rapi-sample.ts';

describe('RAPI beside the reports', () => {
  test('agrees, and the gate is open with its plan', () => {
    const answer = asked(() => undefined);
    expect(answer).toMatchObject({ state: 'open', troubles: [] });
    expect(answer.plan).toBeDefined();
    const { findings } = drained(reports, [2], { rapi: rapiOf(reports) });
    expect(
      ofRapi(findings).map(({ check, verdict, message }) => [check, verdict, message]),
    ).toEqual([
      [
        'ganeti.rapi-answers',
        'pass',
        'https://192.0.2.4:5080 answered all it was asked at 2026-11-22T12:00:00.000Z',
      ],
      [
        'ganeti.rapi-agrees',
        'pass',
        'nodes, guests and their places are as reported at 2026-11-22T11:55:00.000Z',
      ],
    ]);
  });

  test('is not mentioned when it was not asked', () => {
    expect(ofRapi(drained(reports, [2]).findings)).toEqual([]);
  });

  const since = 'since the master reported at 2026-11-22T11:55:00.000Z: ';
  const first = (rapi: RapiEvidence) => held(rapi.nodes)[0] ?? {};
  const web = (rapi: RapiEvidence) => held(rapi.instances)[0] ?? {};
  const differences: [string, (rapi: RapiEvidence) => unknown, string][] = [
    [
      'another master',
      ({ cluster }) => (held(cluster).masterNode = nodeName(2)),
      `the master is ${nodeName(2)}, and was ${nodeName(1)}`,
    ],
    [
      'a changed cluster',
      ({ cluster }) => (held(cluster).changedAt = '2026-11-22T11:55:00.001Z'),
      'the cluster was changed at 2026-11-22T11:55:00.001Z',
    ],
    [
      'a changed group',
      ({ groups }) => Object.assign(held(groups)[0] ?? {}, { changedAt: now.toISOString() }),
      'group default was changed at 2026-11-22T12:00:00.000Z',
    ],
    [
      'a new group',
      ({ groups }) => held(groups).push({ uuid: 'u', name: 'rack2', changedAt: null }),
      'rack2 was added',
    ],
    [
      'a node offline',
      (rapi) => Object.assign(first(rapi), { offline: true }),
      `${nodeName(1)} is offline`,
    ],
    [
      'a node drained, and no candidate',
      (rapi) => Object.assign(first(rapi), { drained: true, masterCandidate: false }),
      `${nodeName(1)} is drained and ${nodeName(1)} is no longer a master candidate`,
    ],
    [
      'a node that takes no guests',
      (rapi) => Object.assign(first(rapi), { vmCapable: false }),
      `${nodeName(1)} is no longer vm_capable`,
    ],
    [
      'a node in another group',
      (rapi) => Object.assign(first(rapi), { group: 'group-9' }),
      `${nodeName(1)} is in group group-9, not default`,
    ],
    [
      'a changed node',
      (rapi) => Object.assign(first(rapi), { changedAt: now.toISOString() }),
      `${nodeName(1)} was changed at 2026-11-22T12:00:00.000Z`,
    ],
    ['a node gone', ({ nodes }) => held(nodes).pop(), `${nodeName(3)} was removed`],
    [
      'a guest moved',
      (rapi) =>
        Object.assign(web(rapi), { primaryNode: nodeName(3), secondaryNodes: [nodeName(2)] }),
      `web is on ${nodeName(3)}, and was on ${nodeName(2)} and web is mirrored on ` +
        `${nodeName(2)}, and was on ${nodeName(3)}`,
    ],
    [
      'a guest that lost its mirror',
      (rapi) => Object.assign(web(rapi), { secondaryNodes: [] }),
      `web is mirrored on no node, and was on ${nodeName(3)}`,
    ],
    [
      'a guest that stopped',
      (rapi) => Object.assign(web(rapi), { status: 'ERROR_down' }),
      'web does not run, and did',
    ],
    [
      'a guest that was started',
      ({ instances }) => Object.assign(held(instances)[1] ?? {}, { status: 'running' }),
      'idle runs, and did not',
    ],
    [
      'a changed guest',
      (rapi) => Object.assign(web(rapi), { changedAt: now.toISOString() }),
      'web was changed at 2026-11-22T12:00:00.000Z',
    ],
    [
      'a new guest',
      ({ instances }) => held(instances).push({ ...rapiGuest, name: 'new' }),
      'new was added',
    ],
    ['a guest gone', ({ instances }) => held(instances).shift(), 'web was removed'],
  ];
  test.each(differences)('%s leaves the gate undecided, and says why', (_what, change, says) => {
    expect(asked(change)).toEqual({
      ...{ state: 'undecided', troubles: ['unknown ganeti.rapi-agrees'] },
      ...{ messages: [`${since}${says}`], plan: undefined },
    });
  });

  const nothing: [string, (rapi: RapiEvidence) => unknown][] = [
    [
      'a change just when the master began to report',
      ({ cluster }) => (held(cluster).changedAt = '2026-11-22T11:55:00.000Z'),
    ],
    ['no instant of a change', ({ cluster }) => (held(cluster).changedAt = null)],
    [
      'a guest that Ganeti could not see',
      (rapi) => Object.assign(web(rapi), { status: 'ERROR_nodedown' }),
    ],
  ];
  test.each(nothing)('%s is no difference', (_what, change) => {
    expect(asked(change).state).toBe('open');
  });

  test('of another cluster proves nothing', () => {
    const { state, messages } = asked(({ cluster }) => (held(cluster).name = 'other.example.org'));
    expect(state).toBe('undecided');
    expect(messages).toEqual([
      'https://192.0.2.4:5080 is that of other.example.org, the reports are of ' +
        'ganeti-cluster01.example.org',
    ]);
  });

  test('without the word of the master has nothing to be compared with', () => {
    const { state, troubles: found } = asked(
      () => undefined,
      reports.filter((_, index) => index > 0),
    );
    expect(state).toBe('undecided');
    expect(found).toContain('unknown ganeti.rapi-agrees');
  });
});

const rapiGuest = {
  ...{ name: 'x', primaryNode: nodeName(1), secondaryNodes: [], status: 'running' },
  changedAt: null,
};
