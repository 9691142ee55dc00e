import { type ClusterCheck, defineClusterCheck } from './cluster-check.ts';
import { judgeSimilar } from './similarity.ts';

/** How the memory of the nodes compares. */
export const memoryClusterChecks: ClusterCheck[] = [
  defineClusterCheck({
    id: 'memory.similar',
    title: 'All nodes have similar memory',
    why:
      'A cluster must carry the guests of a lost node; a much smaller node cannot take them, ' +
      'and a node that shrank may have lost a DIMM.',
    rules: ['MEM-01'],
    needs: ['memory'],
    judge: (nodes) => [
      judgeSimilar(
        nodes.map(({ node, facts }) => ({ node, bytes: facts.memory.totalBytes })),
        'memory',
        'look for a failed DIMM, or count with the smaller node when planning capacity',
      ),
    ],
  }),
];
