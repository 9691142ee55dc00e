import { known } from '../../shared/evidence.ts';
import { skip } from '../../shared/judgement.ts';
import { listed } from '../../shared/wording.ts';
import { agreementOf, judgeAgreement } from './agreement.ts';
import { type ClusterCheck, defineClusterCheck } from './cluster-check.ts';
import { judgeSimilar } from './similarity.ts';

/** How the volume groups of the nodes compare. */
export const storageClusterChecks: ClusterCheck[] = [
  defineClusterCheck({
    id: 'storage.volume-group-similar',
    title: 'The volume group has a similar size on all nodes',
    why:
      'A mirrored disk needs its full size on two nodes, so the smallest volume group limits ' +
      'what the cluster can hold.',
    rules: ['LVM-08'],
    needs: ['lvm'],
    judge: (nodes, policy) => {
      const name = policy.storage.volumeGroup;
      const sizes = nodes.flatMap(({ node, facts }) =>
        facts.lvm.volumeGroups
          .filter((group) => group.name === name)
          .map((group) => ({ node, bytes: group.sizeBytes })),
      );
      const holders = new Set(sizes.map(({ node }) => node));
      const without = nodes.map(({ node }) => node).filter((node) => !holders.has(node));
      if (without.length > 0) {
        return [skip(`not compared: no volume group "${name}" on ${listed(without)}`)];
      }
      return [judgeSimilar(sizes, `volume group "${name}"`, 'extend the smaller volume group')];
    },
  }),
  defineClusterCheck({
    id: 'storage.disk-kinds',
    title: 'All nodes have disks of the same kind',
    why:
      'A mirrored disk is as slow as the slower of its two nodes, and a guest that moves from ' +
      'flash to rotating disks gets another machine.',
    rules: ['LVM-18'],
    consequenceOf: [{ check: 'fleet.disks' }],
    needs: ['disks'],
    judge: (nodes) => [
      judgeAgreement(
        agreementOf(nodes, ({ disks }) => kindsOf(known(disks.disks))),
        {
          noun: 'disks',
          verdict: 'warn',
          remedy: 'fit the same kind of disks, or keep the nodes apart in groups of their own',
        },
      ),
    ],
  }),
];

function kindsOf(disks: readonly { rotational: boolean }[]): string {
  const kinds = disks.map(({ rotational }) => (rotational ? 'rotating' : 'flash'));
  return listed([...new Set(kinds)].sort()) || 'none';
}
