import type { Finding } from '../shared/check.ts';
import type { Fleet } from '../shared/fleet.ts';
import { added, type Counts, countsOf } from '../shared/render/counts.ts';

/** What was counted of a list holds for as long as the list is the same object. */
const known = new WeakMap<readonly Finding[], Counts>();

/** The findings of a list by verdict; the same list is counted once. */
export function countsOnce(findings: readonly Finding[]): Counts {
  const before = known.get(findings);
  if (before !== undefined) return before;
  const counts = countsOf(findings);
  known.set(findings, counts);
  return counts;
}

/** All findings of a fleet by verdict. */
export function countsOfFleet({ nodes, clusterFindings }: Fleet): Counts {
  return added([...nodes.map(({ findings }) => countsOnce(findings)), countsOnce(clusterFindings)]);
}
