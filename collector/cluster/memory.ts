import { formatBytes } from '../../shared/units.ts';
import type { ClusterCheck } from './cluster-check.ts';
import { isWithin } from './outliers/comparing.ts';
import { outlierCheck } from './outliers/outlier.ts';

/**
 * The kernel keeps up to 3 % of what is fitted for itself (its map of pages takes 1.6 %, a crash
 * kernel the rest); the smallest part that can be missing of sixteen modules is 6 %.
 */
const TOLERANCE = 0.05;

/** How the memory of the nodes compares. */
export const memoryClusterChecks: ClusterCheck[] = [
  outlierCheck({
    id: 'memory.similar',
    title: 'All nodes have similar memory',
    why:
      'A cluster must carry the guests of a lost node; a much smaller node cannot take them, ' +
      'and a node that shrank may have lost a DIMM.',
    rules: ['MEM-01'],
    needs: ['memory'],
    noun: 'memory',
    untold: 'no node tells its memory',
    remedy: 'look for a failed DIMM, or count with the smaller node when planning capacity',
    read: ({ memory }) => memory.totalBytes,
    spelled: formatBytes,
    same: (one, other) => isWithin(TOLERANCE, one, other),
    declared: ({ memory: wanted }) =>
      wanted === undefined
        ? undefined
        : { spelled: formatBytes(wanted), holds: (bytes) => isWithin(TOLERANCE, bytes, wanted) },
  }),
];
