import { unknownBecause } from '../../shared/evidence.ts';
import { pass } from '../../shared/judgement.ts';
import { agreementOf, judgeAgreement } from './agreement.ts';
import { type ClusterCheck, defineClusterCheck } from './cluster-check.ts';
import { cpuIdentityChecks } from './cpu/identity-checks.ts';
import { differingKeys, judgeDifferences, spelledGroups } from './cpu/kinds-equal.ts';
import { machineChecks } from './cpu/machine-checks.ts';
import { cpuTypeChecks } from './cpu/type-checks.ts';

/** Whether the nodes' CPUs, KVM and QEMU can run the same guests. */
export const cpuClusterChecks: ClusterCheck[] = [
  ...cpuIdentityChecks,
  ...cpuTypeChecks,
  defineClusterCheck({
    id: 'virtualisation.parameters-equal',
    title: 'KVM runs with the same parameters on all nodes',
    why:
      'Parameters such as nested, ept or enable_pmu decide which features KVM offers to guests, ' +
      'so two nodes of one CPU may offer different ones.',
    rules: ['VIRT-07'],
    needs: ['kvm'],
    judge(nodes) {
      const maps = nodes.map(({ node, facts }) => ({ node, values: parametersOf(facts.kvm) }));
      const differences = differingKeys(maps).map(({ key, values }) => ({
        subject: key,
        message: `KVM parameter ${key}: ${spelledGroups(values)}`,
      }));
      if (maps.every(({ values }) => Object.keys(values).length === 0)) {
        unknownBecause('no node tells the parameters of its KVM modules');
      }
      return judgeDifferences(differences, {
        same: `the KVM parameters are the same on all nodes (${nodes.length})`,
        remedy: 'set it in /etc/modprobe.d on all nodes alike, then reload the module or reboot',
      });
    },
  }),
  defineClusterCheck({
    id: 'qemu.version-equal',
    title: 'All nodes have the same QEMU',
    why:
      'A running guest moves safely to the same or a newer QEMU only; while versions differ, ' +
      'migration is one-way and every node added to the wrong side narrows it.',
    rules: ['QEMU-01'],
    needs: ['qemu'],
    judge(nodes) {
      if (nodes.every(({ facts }) => facts.qemu.binary === null)) {
        return [pass('QEMU is installed on no node yet')];
      }
      return [
        judgeAgreement(
          agreementOf(nodes, ({ qemu }) => {
            if (qemu.binary === null) return 'not installed';
            if (qemu.version.status !== 'ok') return unknownBecause(qemu.version.error.message);
            const packaged = qemu.packageVersion === null ? '' : ` (${qemu.packageVersion})`;
            return `${qemu.version.value}${packaged}`;
          }),
          {
            noun: 'QEMU',
            verdict: 'warn',
            remedy: 'upgrade the older ones; until then migrate from old to new only',
          },
        ),
      ];
    },
  }),
  ...machineChecks,
];

function parametersOf(kvm: { parameters: Record<string, Record<string, string>> }) {
  const pairs = Object.entries(kvm.parameters).flatMap(([module, values]) =>
    Object.entries(values).map(([name, value]) => [`${module}.${name}`, value] as const),
  );
  return Object.fromEntries(pairs);
}
