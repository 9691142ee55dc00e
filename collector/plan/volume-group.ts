import type { LvmFacts } from '../../shared/facts/lvm.ts';
import type { Held } from '../../shared/install-plan.ts';
import type { Policy } from '../../shared/policy.ts';
import { formatBytes } from '../../shared/units.ts';
import { listed } from '../../shared/wording.ts';
import { type Draft, forbidden, run, untold } from './draft.ts';
import { allWell, factsOf, type PlanNode } from './scene.ts';

/** Stands where no device can be told; a line with it is never one to run. */
const PLACEHOLDER = '/dev/DEVICE';

/** The volume group, of a device that the node or the policy tells; never of a guessed one. */
export function volumeGroup(node: PlanNode, policy: Policy): Draft[] {
  const { volumeGroup: name, diskTemplates } = policy.storage;
  if (!diskTemplates.some((one) => one === 'plain' || one === 'drbd')) return [];
  const unless = ['vgs', name];
  const draft = (device: string, isPv: boolean, held?: Held): Draft => ({
    kind: 'volume-group',
    node: node.name,
    lines: [
      ...(isPv ? [] : [run(['pvcreate', device], unless)]),
      run(['vgcreate', name, device], unless),
    ],
    reason: 'every disk of a guest is a logical volume in it, under one name on every node',
    ...(held && { held }),
  });
  if (allWell(node, ['storage.volume-group']))
    return [{ ...draft('', true), lines: [], done: true }];
  const wanted = node.entry?.device ?? policy.storage.device;
  const lvm = factsOf(node, 'lvm');
  if (lvm === null) {
    const held = untold('which devices the node has is not known', 'its report');
    return [draft(wanted ?? PLACEHOLDER, false, held)];
  }
  if (wanted !== undefined) return [ofPolicy(wanted, { node, lvm, draft })];
  const free = lvm.physicalVolumes.filter(({ vg, missing, duplicate }) => {
    return vg === null && !missing && !duplicate;
  });
  const fit = free.filter(({ sizeBytes }) => sizeBytes >= policy.storage.minimumSize);
  const [only] = fit;
  if (only !== undefined && fit.length === 1) return [draft(only.name, true)];
  const found = free.map((one) => `${one.name} (${formatBytes(one.sizeBytes)})`);
  const reason =
    fit.length > 1
      ? `several physical volumes are free: ${listed(found)}`
      : `no free physical volume of ${formatBytes(policy.storage.minimumSize)} is there, and ` +
        'that a disk or partition is unused cannot be told from outside';
  return [draft(PLACEHOLDER, false, untold(reason, 'name it in the policy: storage.device'))];
}

interface OnNode {
  node: PlanNode;
  lvm: LvmFacts;
  draft(device: string, isPv: boolean, held?: Held): Draft;
}

/** A device that the policy names, unless the node shows that it is in use or not there. */
function ofPolicy(device: string, { node, lvm, draft }: OnNode): Draft {
  const pv = lvm.physicalVolumes.find(({ name }) => name === device);
  const remedy = 'name another one in the policy: storage.device, or device of the node';
  if (pv?.vg != null) {
    return draft(device, true, forbidden(`${device} belongs to the volume group ${pv.vg}`, remedy));
  }
  if (pv !== undefined) return draft(device, true);
  const mounts = factsOf(node, 'filesystems')?.mounts;
  const disks = factsOf(node, 'disks')?.disks;
  if (mounts === undefined || disks?.status !== 'ok') {
    const reason = `whether ${device} is there and unused is not known`;
    return draft(device, false, untold(reason, 'its sections "filesystems" and "disks"'));
  }
  const mount = mounts.find(({ source }) => source === device);
  if (mount !== undefined) {
    return draft(device, false, forbidden(`${device} is mounted on ${mount.path}`, remedy));
  }
  const isThere = disks.value.some(({ name }) => isOnDisk(device, name));
  if (isThere) return draft(device, false);
  const names = disks.value.map(({ name }) => name);
  const reason = `${device} lies on none of its disks (${listed(names) || 'none'})`;
  return draft(device, false, forbidden(reason, remedy));
}

/** `/dev/sda` and its partitions; those of a disk whose name ends in a digit have a p before. */
function isOnDisk(device: string, disk: string): boolean {
  const rest = device.startsWith(`/dev/${disk}`) ? device.slice(`/dev/${disk}`.length) : null;
  if (rest === null) return false;
  return rest === '' || (/\d$/.test(disk) ? /^p\d+$/ : /^\d+$/).test(rest);
}
