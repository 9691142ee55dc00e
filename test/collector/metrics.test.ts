import { expect, test } from 'vitest';
import { clusterFamilies, counters, renderMetrics } from '../../collector/metrics.ts';
import type { GateResult } from '../../shared/gate.ts';
import { defaultPolicy } from '../../shared/policy.ts';
import { now, seedReport } from './seed-cluster.ts';

test('label values cannot end their label or their line', () => {
  const text = renderMetrics([
    {
      name: 'muster_x',
      type: 'gauge',
      help: 'What it is.',
      samples: [{ labels: { node: 'a"} 1\nevil{b="c\\' }, value: 2 }],
    },
  ]);
  expect(text).toBe(
    '# HELP muster_x What it is.\n# TYPE muster_x gauge\n' +
      'muster_x{node="a\\"} 1\\nevil{b=\\"c\\\\"} 2\n',
  );
});

test('deliveries are counted by what became of them', () => {
  const counted = counters();
  counted.delivered(false);
  counted.delivered(false);
  counted.delivered(true);
  counted.rejected('too_large');
  counted.leftOut(3);
  counted.leftOut(0);
  expect(renderMetrics(counted.families())).toBe(
    '# HELP muster_deliveries_total Reports acknowledged; a repeated one was here before.\n' +
      '# TYPE muster_deliveries_total counter\n' +
      'muster_deliveries_total{outcome="accepted"} 2\n' +
      'muster_deliveries_total{outcome="repeated"} 1\n' +
      '# HELP muster_rejected_deliveries_total Deliveries refused, by the code of the answer.\n' +
      '# TYPE muster_rejected_deliveries_total counter\n' +
      'muster_rejected_deliveries_total{code="too_large"} 1\n' +
      '# HELP muster_unknown_fields_total Fields of reports that this version does not know: ' +
      'the agent is newer.\n' +
      '# TYPE muster_unknown_fields_total counter\n' +
      'muster_unknown_fields_total 3\n',
  );
});

test('clusters show nodes by freshness, ages, and the state of each gate', () => {
  const report = seedReport(1);
  const seen = { node: 'n1', expected: true, freshness: 'fresh', report, ageMs: 1499 } as const;
  const unseen = { node: 'n2', expected: true, freshness: 'missing', report: null, ageMs: null };
  const fleet = {
    cluster: 'c1',
    policy: defaultPolicy(),
    now,
    nodes: [
      { ...seen, findings: [] },
      { ...unseen, freshness: 'missing' as const, findings: [] },
    ],
    clusterFindings: [],
  };
  const gate: GateResult = {
    gate: 'health',
    title: '',
    cluster: 'c1',
    state: 'undecided',
    at: '',
    nodes: [],
    deciding: [],
    findings: [],
  };
  const lines = renderMetrics(clusterFamilies([{ fleet, gates: [gate] }])).split('\n');
  expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
    'muster_nodes{cluster="c1",freshness="fresh"} 1',
    'muster_nodes{cluster="c1",freshness="stale"} 0',
    'muster_nodes{cluster="c1",freshness="missing"} 1',
    'muster_report_age_seconds{cluster="c1",node="n1"} 1',
    'muster_gate{cluster="c1",gate="health",state="open"} 0',
    'muster_gate{cluster="c1",gate="health",state="closed"} 0',
    'muster_gate{cluster="c1",gate="health",state="undecided"} 1',
  ]);
});
