import { pass, skip, unknown, warn } from '../../../shared/judgement.ts';
import type { Loss } from '../capacity.ts';
import type { ClusterJudgement } from '../cluster-check.ts';
import type { ClusterView } from '../maintenance/cluster-view.ts';
import { onlineCpus, reading } from '../maintenance/view-node.ts';

/** The worst that the loss of a node does to the virtual CPUs on another, against its policy. */
export function vcpuRatios(view: ClusterView, losses: readonly Loss[]): ClusterJudgement[] {
  const judged = view.nodes
    .filter(({ config }) => !config.offline)
    .flatMap((node): ClusterJudgement[] => {
      const group = view.config.groups.find(({ name }) => name === node.config.group);
      const limit = group?.ipolicy.vcpuRatio ?? view.config.cluster.ipolicy.vcpuRatio;
      if (limit === null) return [];
      const cpus = reading(() => onlineCpus(node));
      if (cpus.status === 'failed') return [{ ...unknown(cpus.error.message), subject: node.name }];
      const [worst] = losses
        .filter((loss) => loss.node !== node.name)
        .map((loss) => ({ from: loss.node, vcpus: arriving(loss, node.name) }))
        .sort((a, b) => b.vcpus - a.vcpus);
      const vcpus = ownVcpus(view, node.name) + (worst?.vcpus ?? 0);
      if (vcpus <= limit * cpus.value) return [];
      const after =
        worst === undefined || worst.vcpus === 0 ? '' : ` after the loss of ${worst.from}`;
      const message = `${node.name} has ${vcpus} virtual CPUs${after} on ${cpus.value}`;
      const judgement = warn(`${message}, expected ${limit} for each at most`, 'hbal -L -X');
      return [{ ...judgement, subject: node.name }];
    });
  if (judged.length > 0) return judged;
  return [view.guests.length === 0 ? skip('there are no guests') : pass('within the policy')];
}

function ownVcpus({ guests }: ClusterView, node: string): number {
  const own = guests.filter(
    ({ instance }) => instance.primaryNode === node && instance.adminState === 'up',
  );
  return own.reduce((sum, { instance }) => sum + instance.beparams.vcpus, 0);
}

function arriving({ placement }: Loss, node: string): number {
  const { packing, departures } = placement;
  if (packing.state !== 'fits') return 0;
  const names = new Set(
    packing.placed.filter(({ target }) => target === node).map(({ name }) => name),
  );
  const coming = departures.filter(({ name }) => names.has(name));
  return coming.reduce((sum, { guest }) => sum + guest.instance.beparams.vcpus, 0);
}
