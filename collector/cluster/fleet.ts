import type { Judgement } from '../../shared/check.ts';
import { groupedBy } from '../../shared/grouping.ts';
import { pass, unknown } from '../../shared/judgement.ts';
import { counted, listed } from '../../shared/wording.ts';
import { type ClusterCheck, defineClusterCheck, type NodeFacts } from './cluster-check.ts';
import { deviceOutlierChecks } from './outliers/devices.ts';
import { diskOutlierChecks } from './outliers/disks.ts';
import { machineOutlierChecks } from './outliers/machine.ts';

/** Whether the nodes are as many machines as they say, and which of them are unlike the others. */
export const fleetClusterChecks: ClusterCheck[] = [
  defineClusterCheck({
    id: 'fleet.machine-id',
    title: 'Every node is a machine of its own',
    why:
      'Two nodes with one machine id are one machine under two names, or clones of one disk: ' +
      'the first makes redundancy an illusion, the second makes DHCP and journals collide.',
    rules: [],
    needs: ['identity'],
    judge: judgeMachineIds,
  }),
  ...machineOutlierChecks,
  ...diskOutlierChecks,
  ...deviceOutlierChecks,
];

function judgeMachineIds(nodes: NodeFacts<'identity'>[]): Judgement[] {
  const byId = groupedBy(nodes, ({ facts }) => facts.identity.machineIdHash);
  const without = byId.get(null) ?? [];
  byId.delete(null);
  const shared = [...byId.values()].filter((holders) => holders.length > 1);
  if (shared.length > 0) return shared.map((holders) => sharedId(holders.map(({ node }) => node)));
  if (without.length > 0) {
    const names = listed(without.map(({ node }) => node));
    return [unknown(`no machine id on ${names}`)];
  }
  return [pass(`${counted(byId.size, 'machine id')}, all different`)];
}

function sharedId(names: string[]): Judgement {
  return {
    verdict: 'fail',
    message: `${listed(names)} have one and the same /etc/machine-id; expected one each`,
    remedy:
      'on a cloned node: rm /etc/machine-id /var/lib/dbus/machine-id; systemd-machine-id-setup; ' +
      'reboot. When it is one machine under two names, remove one from the policy',
    subject: listed(names),
  };
}
