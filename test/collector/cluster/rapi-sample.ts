import { memberOf } from '../../../collector/cluster/maintenance/cluster-view.ts';
import type { RapiEvidence } from '../../../collector/rapi/evidence.ts';
import type { Reading } from '../../../shared/reading.ts';
import type { Report } from '../../../shared/report.ts';
import { ok } from '../../sample-report.ts';
import {
  type ClusterSketch,
  drained,
  now,
  smallCluster,
  troubles,
} from './maintenance/small-cluster.ts';

const NEVER = { changedAt: null };

/** What RAPI says when nothing has happened since these reports of a small cluster. */
export function rapiOf(reports: readonly Report[]): RapiEvidence {
  const config = reports.flatMap((report) => {
    const reading = memberOf(report)?.master?.config;
    return reading?.status === 'ok' ? [reading.value] : [];
  })[0];
  const { cluster, groups = [], nodes = [], instances = [] } = config ?? {};
  const uuids = new Map(groups.map(({ name, uuid }) => [name, uuid]));
  return {
    origin: 'https://192.0.2.4:5080',
    askedAt: now.toISOString(),
    cluster: ok({ name: cluster?.name ?? '', masterNode: cluster?.masterNode ?? '', ...NEVER }),
    groups: ok(groups.map(({ uuid, name }) => ({ uuid, name, ...NEVER }))),
    nodes: ok(
      nodes.map(({ name, group, offline, drained, vmCapable, masterCandidate }) => ({
        ...{ name, offline, drained, vmCapable, masterCandidate, ...NEVER },
        group: uuids.get(group) ?? '',
      })),
    ),
    instances: ok(
      instances.map(({ name, primaryNode, secondaryNodes, adminState }) => ({
        ...{ name, primaryNode, secondaryNodes, ...NEVER },
        status: adminState === 'up' ? 'running' : 'ADMIN_down',
      })),
    ),
    jobs: ok([]),
  };
}

/** A cluster of three nodes and two guests, one of which runs. */
export const sketch: ClusterSketch = {
  free: [4096, 4096, 4096],
  guests: [
    { name: 'web', on: 2, mirror: 3 },
    { name: 'idle', on: 3, mirror: 1, state: 'down' },
  ],
};
/** What its nodes reported. */
export const reports = smallCluster(sketch);

/** The trouble that the gate finds when RAPI says this beside the reports. */
export function asked(change: (rapi: RapiEvidence) => unknown, from: Report[] = reports) {
  const rapi = rapiOf(from);
  change(rapi);
  const answer = drained(from, [2], { rapi });
  const messages = answer.findings
    .filter(({ verdict }) => verdict === 'unknown' || verdict === 'fail')
    .map(({ message }) => message);
  return { state: answer.state, troubles: troubles(answer), messages, plan: answer.plan };
}

/** What a reading holds, to change it. */
export function held<T>(reading: Reading<T>): T {
  if (reading.status === 'failed') throw new Error(reading.error.message);
  return reading.value;
}
