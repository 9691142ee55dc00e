import { known } from '../../shared/evidence.ts';
import type { DrbdFacts } from '../../shared/facts/drbd.ts';
import { skip } from '../../shared/judgement.ts';
import { agreementOf, judgeAgreement } from './agreement.ts';
import { type ClusterCheck, defineClusterCheck } from './cluster-check.ts';

/** What the DRBD modules of the nodes have in common. */
export const drbdClusterChecks: ClusterCheck[] = [
  defineClusterCheck({
    id: 'drbd.versions-equal',
    title: 'All nodes have the same version of the DRBD module',
    why:
      'The two ends of a disk negotiate their protocol; different versions replicate with the ' +
      'features of the older one, and a major apart not at all.',
    rules: ['DRBD-04'],
    needs: ['drbd'],
    judge: (nodes, policy) => {
      if (!policy.storage.diskTemplates.includes('drbd')) {
        return [skip('the policy enables no drbd disk template')];
      }
      return [
        judgeAgreement(
          agreementOf(nodes, ({ drbd }) => moduleVersion(drbd)),
          {
            noun: 'DRBD module version',
            verdict: 'warn',
            remedy: 'install the same kernel and DRBD module on all nodes, then reload the module',
          },
        ),
      ];
    },
  }),
];

/** The loaded module counts; of one that is not loaded, what would be loaded. */
function moduleVersion(drbd: DrbdFacts): string {
  if (drbd.loadedVersion !== null) return drbd.loadedVersion;
  const available = known(drbd.moduleAvailable);
  if (available === null) return 'none';
  return available.version ?? 'without a version';
}
