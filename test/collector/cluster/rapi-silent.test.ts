import { describe, expect, test } from 'vitest';
import { capacityAnswer } from '../../../collector/cluster/capacity.ts';
import { doubtOf } from '../../../collector/cluster/rapi.ts';
import { rollingAnswer } from '../../../collector/cluster/rolling.ts';
import { buildFleet } from '../../../collector/fleet.ts';
import type { RapiEvidence } from '../../../collector/rapi/evidence.ts';
import { failed, samplePolicy } from '../../sample-report.ts';
import { job } from './maintenance/gate-changes.ts';
import { drained, nodeName, now, smallCluster } from './maintenance/small-cluster.ts';
import { asked, held, rapiOf, reports, sketch } from './rapi-sample.ts';

describe('a RAPI that is silent', () => {
  test('is one finding for one reason, and names what could not be asked', () => {
    const {
      state,
      troubles: found,
      messages,
      plan,
    } = asked((rapi) => {
      const down = failed('other', 'connect ECONNREFUSED').error;
      for (const topic of ['cluster', 'groups', 'nodes', 'instances', 'jobs'] as const) {
        rapi[topic] = { status: 'failed', error: down };
      }
    });
    expect(state).toBe('undecided');
    expect(found).toEqual(['unknown ganeti.rapi-answers', 'unknown ganeti.rapi-agrees']);
    expect(messages).toEqual([
      'https://192.0.2.4:5080: connect ECONNREFUSED; not known now: the master, node groups, ' +
        'flags of nodes, places of guests and jobs',
      'what RAPI did not tell could not be compared',
    ]);
    expect(plan).toBeUndefined();
  });

  test('of one thing leaves the gate undecided, though the rest agrees', () => {
    for (const topic of ['cluster', 'groups', 'nodes', 'instances', 'jobs'] as const) {
      const { state, troubles: found } = asked((rapi) => {
        rapi[topic] = failed('denied', 'it answered 401');
      });
      expect([topic, state, found]).toEqual([
        topic,
        'undecided',
        ['unknown ganeti.rapi-answers', 'unknown ganeti.rapi-agrees'],
      ]);
    }
  });

  test('of one thing still tells what it knows of another', () => {
    const { messages } = asked((rapi) => {
      rapi.jobs = failed('denied', 'it answered 401');
      held(rapi.instances).pop();
    });
    expect(messages.at(-1)).toContain('idle was removed');
  });
});

describe('jobs', () => {
  const running = (summary: string, status = 'running') => ({
    ...{ id: 9, status, summary: [summary], receivedAt: null },
  });

  test.each([
    ['INSTANCE_MIGRATE(web)', 'closed', 'fail maintenance.jobs'],
    [`NODE_MODIFY(${nodeName(2)})`, 'closed', 'fail maintenance.jobs'],
    ['CLUSTER_VERIFY', 'open', 'warn maintenance.jobs'],
  ])('%s that runs now, and the reports do not know: %s', (summary, state, trouble) => {
    const answer = asked(({ jobs }) => held(jobs).push(running(summary)));
    expect(answer).toMatchObject({ state, troubles: [trouble] });
  });

  test('one of the reports that has ended by now is none', () => {
    const busy = smallCluster({ ...sketch, member: job('INSTANCE_MIGRATE(web)') });
    expect(drained(busy, [2]).state).toBe('closed');
    expect(asked(() => undefined, busy)).toMatchObject({ state: 'open', troubles: [] });
  });

  test('those of the reports count when RAPI does not tell of jobs', () => {
    const busy = smallCluster({ ...sketch, member: job('INSTANCE_MIGRATE(web)') });
    const answer = asked((rapi) => {
      rapi.jobs = failed('timed_out', 'no whole answer within 30 s');
    }, busy);
    expect(answer.state).toBe('closed');
    expect(answer.troubles).toContain('fail maintenance.jobs');
  });
});

describe('other answers', () => {
  const fleet = (change: (rapi: RapiEvidence) => unknown) => {
    const rapi = rapiOf(reports);
    change(rapi);
    return buildFleet({ cluster: 'c', reports, policy: samplePolicy({ nodes: [] }), now, rapi });
  };
  const gone = ({ nodes }: RapiEvidence) => held(nodes).pop();

  test('the order of rolling is none while the reports are not of now', () => {
    expect(rollingAnswer(fleet(() => undefined)).groups).toHaveLength(3);
    const { clusterFindings } = fleet(gone);
    const reason = doubtOf(clusterFindings);
    expect(reason).toContain(`${nodeName(3)} was removed`);
    expect(rollingAnswer(fleet(gone))).toEqual({
      ...{ schema: 1, cluster: 'c', groups: [], held: [], unknown: reason },
    });
  });

  test('capacity tells of it beside its own', () => {
    const told = (change: typeof gone) =>
      capacityAnswer(fleet(change))
        .findings.filter(({ check }) => check.startsWith('ganeti.rapi'))
        .map(({ check, verdict }) => `${verdict} ${check}`);
    expect(told(() => undefined)).toEqual(['pass ganeti.rapi-answers', 'pass ganeti.rapi-agrees']);
    expect(told(gone)).toEqual(['pass ganeti.rapi-answers', 'unknown ganeti.rapi-agrees']);
  });
});
