import { describe, expect, test } from 'vitest';
import { defaultPolicy } from '../../../shared/policy.ts';
import {
  renderAuditJson,
  renderFleetJson,
  renderGateJson,
  renderNamesMatrixJson,
} from '../../../shared/render/json.ts';
import { closed, finding, matrix } from './results.ts';

describe('answers as JSON', () => {
  test('a gate reads as in gate-closed.json', async () => {
    await expect(renderGateJson(closed)).toMatchFileSnapshot('../../golden/gate-closed.json');
  });

  test('have every finding, and the same keys in the same order whatever came in', () => {
    const one = finding('os.release', 'fail', { message: 'bad', remedy: 'mend', subject: 's' });
    const other = {
      message: 'bad',
      verdict: 'fail',
      node: null,
      title: one.title,
      check: 'os.release',
    } as const;
    const audit = { node: 'n1', collectedAt: '2026-03-01T03:00:00Z', policyOrigin: 'defaults' };
    const parsed = JSON.parse(renderAuditJson({ ...audit, findings: [one, other] }));

    expect(Object.keys(parsed)).toEqual([
      'schema',
      'kind',
      'node',
      'collectedAt',
      'policyOrigin',
      'select',
      'skip',
      'leftOut',
      'counts',
      'findings',
    ]);
    expect(parsed.counts).toEqual({
      fail: 2,
      unknown: 0,
      warn: 0,
      waived: 0,
      pass: 0,
      skip: 0,
    });
    expect(parsed.findings.map((entry: object) => Object.keys(entry))).toEqual(
      Array(2).fill([
        'check',
        'title',
        'node',
        'verdict',
        'subject',
        'message',
        'remedy',
        'cause',
        'severity',
        'waived',
      ]),
    );
    expect(parsed.findings[1].remedy).toBeNull();
  });
});

describe('tables as JSON', () => {
  test('a fleet has nodes, findings and gates, and no facts', () => {
    const fleet = {
      cluster: 'c',
      policy: defaultPolicy(),
      now: new Date(closed.at),
      nodes: [],
      clusterFindings: closed.findings.slice(-1),
    };

    expect(JSON.parse(renderFleetJson(fleet, [closed]))).toEqual({
      schema: 1,
      kind: 'fleet',
      cluster: 'c',
      at: '2026-03-01T03:00:00.000Z',
      nodes: [],
      clusterFindings: [
        {
          check: 'addresses.secondary',
          title: 'Title of addresses.secondary',
          node: null,
          verdict: 'skip',
          subject: null,
          message: 'the policy plans no secondary network',
          remedy: null,
          cause: null,
          severity: null,
          waived: null,
        },
      ],
      gates: [
        {
          gate: 'install',
          title: 'Are these machines ready for gnt-cluster init?',
          state: 'closed',
          counts: { fail: 2, unknown: 4, warn: 3, waived: 0, pass: 1, skip: 1 },
        },
      ],
    });
  });

  test('a names matrix is as it is', () => {
    expect(JSON.parse(renderNamesMatrixJson(matrix))).toEqual({
      schema: 1,
      kind: 'names',
      ...matrix,
    });
  });
});
