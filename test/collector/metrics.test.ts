import { expect, test } from 'vitest';
import {
  clusterFamilies,
  counters,
  renderMetrics,
  storeFamilies,
} from '../../collector/metrics.ts';
import { summarise } from '../../collector/summary.ts';
import type { GateDecision } from '../../shared/gate.ts';
import { defaultPolicy } from '../../shared/policy.ts';
import { countsOf } from '../../shared/render/counts.ts';
import { finding } from '../shared/render/answers.ts';
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
  const families = counted.families().filter(({ type }) => type === 'counter');
  expect(renderMetrics(families)).toBe(
    '# HELP muster_deliveries_total Reports that this process acknowledged; ' +
      'a repeated one was here before.\n' +
      '# TYPE muster_deliveries_total counter\n' +
      'muster_deliveries_total{outcome="accepted"} 2\n' +
      'muster_deliveries_total{outcome="repeated"} 1\n' +
      '# HELP muster_rejected_deliveries_total Deliveries that this process refused, ' +
      'by the code of the answer.\n' +
      '# TYPE muster_rejected_deliveries_total counter\n' +
      'muster_rejected_deliveries_total{code="too_large"} 1\n' +
      '# HELP muster_unknown_fields_total Fields of reports that this process does not know: ' +
      'the agent is newer.\n' +
      '# TYPE muster_unknown_fields_total counter\n' +
      'muster_unknown_fields_total 3\n',
  );
});

test('a refusal that is known beforehand begins at zero', () => {
  const rejected = counters(['replayed', 'unavailable']);
  rejected.rejected('unavailable');
  expect(renderMetrics(rejected.families())).toContain(
    'muster_rejected_deliveries_total{code="replayed"} 0\n' +
      'muster_rejected_deliveries_total{code="unavailable"} 1\n',
  );
});

test('durations are counted up to each bound that they do not exceed', () => {
  const counted = counters();
  for (const ms of [4, 5, 6, 10_000, 10_001]) counted.took(ms);
  const lines = renderMetrics(counted.families()).split('\n');
  expect(lines.filter((line) => line.startsWith('muster_delivery_seconds'))).toEqual([
    'muster_delivery_seconds_bucket{le="0.005"} 2',
    ...['0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5'].map(
      (le) => `muster_delivery_seconds_bucket{le="${le}"} 3`,
    ),
    'muster_delivery_seconds_bucket{le="10"} 4',
    'muster_delivery_seconds_bucket{le="+Inf"} 5',
    'muster_delivery_seconds_sum 20.016',
    'muster_delivery_seconds_count 5',
  ]);
});

test('the size of the store is shown', () => {
  expect(renderMetrics(storeFamilies(4096))).toMatch(/^muster_store_bytes 4096$/m);
});

test('clusters show nodes by freshness, ages, findings, what never came, and gates', () => {
  const sent = seedReport(1);
  const report = { ...sent, agent: { ...sent.agent, spool: { dropped: 7, aside: 1 } } };
  const seen = { node: 'n1', expected: true, freshness: 'fresh', report, ageMs: 1499 } as const;
  const unseen = { node: 'n2', expected: true, freshness: 'missing', report: null, ageMs: null };
  const fleet = {
    cluster: 'c1',
    policy: defaultPolicy(),
    now,
    nodes: [
      { ...seen, findings: [finding('warn')] },
      { ...unseen, freshness: 'missing' as const, findings: [] },
    ],
    clusterFindings: [],
  };
  const gate: GateDecision = {
    gate: 'health',
    title: '',
    cluster: 'c1',
    state: 'undecided',
    at: '',
    nodes: [],
    counts: countsOf([]),
    deciding: [],
  };
  const lines = renderMetrics(
    clusterFamilies([{ fleet, gates: [gate], summary: summarise(fleet, [gate]) }]),
  ).split('\n');
  expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([
    'muster_nodes{cluster="c1",freshness="fresh"} 1',
    'muster_nodes{cluster="c1",freshness="stale"} 0',
    'muster_nodes{cluster="c1",freshness="missing"} 1',
    'muster_report_age_seconds{cluster="c1",node="n1"} 1',
    'muster_findings{cluster="c1",verdict="pass"} 0',
    'muster_findings{cluster="c1",verdict="warn"} 1',
    'muster_findings{cluster="c1",verdict="fail"} 0',
    'muster_findings{cluster="c1",verdict="unknown"} 0',
    'muster_findings{cluster="c1",verdict="skip"} 0',
    'muster_findings{cluster="c1",verdict="waived"} 0',
    'muster_spool_lost_reports_total{cluster="c1",node="n1",how="dropped"} 7',
    'muster_spool_lost_reports_total{cluster="c1",node="n1",how="aside"} 1',
    'muster_gate{cluster="c1",gate="health",state="open"} 0',
    'muster_gate{cluster="c1",gate="health",state="closed"} 0',
    'muster_gate{cluster="c1",gate="health",state="undecided"} 1',
  ]);
});
