import type { Family } from '../shared/render/exposition.ts';
import type { GateState } from './cluster/gate.ts';
import type { ClusterView } from './cluster-view.ts';
import { durations } from './durations.ts';
import type { Freshness } from './fleet.ts';

export { renderMetrics } from '../shared/render/exposition.ts';

/** What this process counts about deliveries; of several collectors each counts for itself. */
export interface Counters {
  delivered(repeated: boolean): void;
  rejected(code: string): void;
  /** how long a delivery took, from its first byte to the end of the acknowledgement */
  took(ms: number): void;
  /** fields of a newer agent's report that this version does not know */
  leftOut(fields: number): void;
  families(): Family[];
}

/**
 * Counters that begin at zero, as those of a fresh process do; also those of the refusals that are
 * known beforehand, as the first of a kind would otherwise be no increase to Prometheus.
 */
export function counters(codes: readonly string[] = []): Counters {
  let accepted = 0;
  let repeated = 0;
  let unknown = 0;
  const rejected = new Map(codes.map((code) => [code, 0]));
  const times = durations();
  return {
    delivered(again) {
      if (again) repeated += 1;
      else accepted += 1;
    },
    rejected(code) {
      rejected.set(code, (rejected.get(code) ?? 0) + 1);
    },
    took: (ms) => times.add(ms / 1000),
    leftOut(fields) {
      unknown += fields;
    },
    families: () => [
      {
        name: 'muster_deliveries_total',
        type: 'counter',
        help: 'Reports that this process acknowledged; a repeated one was here before.',
        samples: [
          { labels: { outcome: 'accepted' }, value: accepted },
          { labels: { outcome: 'repeated' }, value: repeated },
        ],
      },
      {
        name: 'muster_rejected_deliveries_total',
        type: 'counter',
        help: 'Deliveries that this process refused, by the code of the answer.',
        samples: [...rejected].map(([code, value]) => ({ labels: { code }, value })),
      },
      {
        name: 'muster_delivery_seconds',
        type: 'histogram',
        help: 'How long the deliveries took that this process acknowledged.',
        samples: times.samples(),
      },
      {
        name: 'muster_unknown_fields_total',
        type: 'counter',
        help: 'Fields of reports that this process does not know: the agent is newer.',
        samples: [{ labels: {}, value: unknown }],
      },
    ],
  };
}

/** The size of the store, which grows with change and is held down by retention. */
export function storeFamilies(sizeBytes: number): Family[] {
  return [
    {
      name: 'muster_store_bytes',
      type: 'gauge',
      help: 'Size of the database.',
      samples: [{ labels: {}, value: sizeBytes }],
    },
  ];
}

const freshnesses: readonly Freshness[] = ['fresh', 'stale', 'missing'];
const states: readonly GateState[] = ['open', 'closed', 'undecided'];

/** The families that describe clusters and what their gates say. */
export function clusterFamilies(views: readonly ClusterView[]): Family[] {
  return [
    {
      name: 'muster_nodes',
      type: 'gauge',
      help: 'Nodes by the freshness of their newest report.',
      samples: views.flatMap(({ fleet }) =>
        freshnesses.map((freshness) => ({
          labels: { cluster: fleet.cluster, freshness },
          value: fleet.nodes.filter((node) => node.freshness === freshness).length,
        })),
      ),
    },
    {
      name: 'muster_report_age_seconds',
      type: 'gauge',
      help: 'Age of the newest report of each node.',
      samples: views.flatMap(({ fleet }) =>
        fleet.nodes.flatMap(({ node, ageMs }) =>
          ageMs === null
            ? []
            : [{ labels: { cluster: fleet.cluster, node }, value: Math.round(ageMs / 1000) }],
        ),
      ),
    },
    ...findingFamilies(views),
    ...spoolFamilies(views),
    {
      name: 'muster_gate',
      type: 'gauge',
      help: '1 for the state a gate is in, 0 for the others.',
      samples: views.flatMap(({ gates }) =>
        gates.flatMap(({ cluster, gate, state }) =>
          states.map((one) => ({
            labels: { cluster, gate, state: one },
            value: Number(one === state),
          })),
        ),
      ),
    },
  ];
}

function findingFamilies(views: readonly ClusterView[]): Family[] {
  return [
    {
      name: 'muster_findings',
      type: 'gauge',
      help: 'Findings of all nodes and of the cluster by verdict, those waived apart.',
      samples: views.flatMap(({ summary: { cluster, findings, waived } }) =>
        Object.entries({ ...findings, waived }).map(([verdict, value]) => ({
          labels: { cluster, verdict },
          value,
        })),
      ),
    },
  ];
}

/** A node tells with each report what never came; one that tells nothing has no such series. */
function spoolFamilies(views: readonly ClusterView[]): Family[] {
  return [
    {
      name: 'muster_spool_lost_reports_total',
      type: 'counter',
      help: 'Reports that a node never delivered: dropped as its spool was full, or set aside.',
      samples: views.flatMap(({ fleet }) =>
        fleet.nodes.flatMap(({ node, report }) => {
          const { cluster } = fleet;
          const spool = report?.agent.spool;
          if (spool === undefined) return [];
          return [
            { labels: { cluster, node, how: 'dropped' }, value: spool.dropped },
            { labels: { cluster, node, how: 'aside' }, value: spool.aside },
          ];
        }),
      ),
    },
  ];
}
