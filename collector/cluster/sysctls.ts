import { known, unknownBecause } from '../../shared/evidence.ts';
import type { OsFacts } from '../../shared/facts/os.ts';
import { counted } from '../../shared/wording.ts';
import { type ClusterCheck, defineClusterCheck } from './cluster-check.ts';
import { differingKeys, judgeDifferences, spelledGroups } from './cpu/kinds-equal.ts';
import { askNodes, unlessUntold } from './told.ts';

/** Whether the kernels of all nodes are set alike in what guests feel. */
export const sysctlClusterChecks: ClusterCheck[] = [
  defineClusterCheck({
    id: 'os.sysctls-equal',
    title: 'Forwarding, bridge filters and swappiness are set alike on all nodes',
    why:
      'Where one node filters or forwards the packets of its guests and another does not, a ' +
      'guest loses its network by migrating, and nothing on the guest has changed.',
    rules: ['NET-24', 'MEM-04'],
    needs: ['os'],
    judge(nodes) {
      const { told, untold } = askNodes(nodes, ({ os }) => settingsIn(os));
      const maps = told.map(({ node, value }) => ({ node, values: value }));
      const differences = differingKeys(maps).map(({ key, values }) => ({
        subject: key,
        message: `${key}: ${spelledGroups(values)}`,
      }));
      const judged = judgeDifferences(differences, {
        same: `the same on ${counted(told.length, 'node')}`,
        remedy: 'set it alike in a file of /etc/sysctl.d on all nodes, then: sysctl --system',
      });
      return unlessUntold(judged, 'settings', untold);
    },
  }),
];

function settingsIn({ sysctls }: OsFacts): Record<string, string> {
  const values = known(sysctls ?? unknownBecause('its agent did not read them'));
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value ?? 'not there']),
  );
}
