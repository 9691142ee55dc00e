import type { Family } from '../shared/render/exposition.ts';
import type { GateResult, GateState } from './cluster/gate.ts';
import type { Fleet, Freshness } from './fleet.ts';

export { renderMetrics } from '../shared/render/exposition.ts';

/** What the collector counts about deliveries while it runs. */
export interface Counters {
  delivered(repeated: boolean): void;
  rejected(code: string): void;
  /** fields of a newer agent's report that this version does not know */
  leftOut(fields: number): void;
  families(): Family[];
}

/** Counters that begin at zero, as those of a fresh process do. */
export function counters(): Counters {
  let accepted = 0;
  let repeated = 0;
  let unknown = 0;
  const rejected = new Map<string, number>();
  return {
    delivered(again) {
      if (again) repeated += 1;
      else accepted += 1;
    },
    rejected(code) {
      rejected.set(code, (rejected.get(code) ?? 0) + 1);
    },
    leftOut(fields) {
      unknown += fields;
    },
    families: () => [
      {
        name: 'muster_deliveries_total',
        type: 'counter',
        help: 'Reports acknowledged; a repeated one was here before.',
        samples: [
          { labels: { outcome: 'accepted' }, value: accepted },
          { labels: { outcome: 'repeated' }, value: repeated },
        ],
      },
      {
        name: 'muster_rejected_deliveries_total',
        type: 'counter',
        help: 'Deliveries refused, by the code of the answer.',
        samples: [...rejected].map(([code, value]) => ({ labels: { code }, value })),
      },
      {
        name: 'muster_unknown_fields_total',
        type: 'counter',
        help: 'Fields of reports that this version does not know: the agent is newer.',
        samples: [{ labels: {}, value: unknown }],
      },
    ],
  };
}

const freshnesses: readonly Freshness[] = ['fresh', 'stale', 'missing'];
const states: readonly GateState[] = ['open', 'closed', 'undecided'];

/** The families that describe clusters and what their gates say. */
export function clusterFamilies(views: readonly { fleet: Fleet; gates: GateResult[] }[]): Family[] {
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
