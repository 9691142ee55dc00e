import { describe, expect, test } from 'vitest';
import type { Fleet, FleetNode } from '../../../shared/fleet.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { renderFleet, renderNamesMatrix } from '../../../shared/render/tables.ts';
import { closed, matrix, open } from './results.ts';

const fleet: Fleet = {
  cluster: closed.cluster,
  policy: defaultPolicy(),
  now: new Date(closed.at),
  nodes: closed.nodes.map(({ node, expected, freshness, ageMs }): FleetNode => {
    const findings = closed.findings.filter((one) => one.node === node);
    return { node, expected, freshness, ageMs, report: null, findings };
  }),
  clusterFindings: closed.findings.filter(({ node }) => node === null),
};

describe('the fleet as a table', () => {
  test('reads as in fleet.txt', async () => {
    await expect(renderFleet(fleet, [closed, open], { color: false })).toMatchFileSnapshot(
      '../../golden/fleet.txt',
    );
  });

  test('shows a stale report and one from the future', () => {
    const [node] = fleet.nodes;
    const nodes = [3 * 3_600_000, -3_600_000].map((ageMs): FleetNode => {
      return { ...(node ?? missing), freshness: 'stale', ageMs };
    });
    const text = renderFleet({ ...fleet, nodes }, [], { color: false });

    expect(text.split('\n').slice(3, 5)).toEqual([
      'ganeti01.example.org  stale, 3 h old               ·        ·     1     1     ·',
      'ganeti01.example.org  stale, 1 h in the future     ·        ·     1     1     ·',
    ]);
  });

  test('lets no hostile name break a row', () => {
    const nodes = fleet.nodes.map((node) => ({ ...node, node: 'a\nCLOSED\u001b[0m' }));
    const text = renderFleet({ ...fleet, cluster: '\u202e', nodes }, [], { color: false });

    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text.split('\n').filter((line) => line.startsWith('CLOSED'))).toEqual([]);
  });
});

describe('the names matrix as a table', () => {
  test('reads as in names.txt', async () => {
    await expect(renderNamesMatrix(matrix)).toMatchFileSnapshot('../../golden/names.txt');
  });

  test('says when there is nothing to show', () => {
    expect(renderNamesMatrix({ nodes: [], rows: [] })).toBe(
      'no names: no node reported, and the policy names none\n',
    );
  });
});

const missing: FleetNode = {
  node: 'n',
  expected: true,
  freshness: 'missing',
  ageMs: null,
  report: null,
  findings: [],
};
