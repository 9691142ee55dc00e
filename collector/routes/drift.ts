import { driftBetween } from '../../shared/drift.ts';
import type { Report } from '../../shared/report.ts';
import { readableReportSchema } from '../../shared/report-reading.ts';
import type { PastReport, Store } from '../store/store.ts';
import { Problem } from './problem.ts';

/** Which node of which cluster. */
export interface NodeName {
  cluster: string;
  node: string;
}

/** What changed between two reports of a node; one that is not of this node is `not_found`. */
export async function driftOf(
  store: Store,
  of: NodeName,
  { from, to }: { from: number; to: number },
) {
  const [before, after] = [await pastOf(store, of, from), await pastOf(store, of, to)];
  const [one = '', other = ''] = await store.bodies([from, to]);
  return { from: before, to: after, sections: driftBetween(read(one), read(other)) };
}

async function pastOf(store: Store, { cluster, node }: NodeName, id: number): Promise<PastReport> {
  const past = await store.pastReport(cluster, node, id);
  if (past !== null) return past;
  throw new Problem('not_found', `the node has no report ${id} any more`);
}

function read(json: string): Report {
  return readableReportSchema.parse(JSON.parse(json));
}
