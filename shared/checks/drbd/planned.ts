import type { Policy } from '../../policy.ts';

/** Why no check of DRBD applies to a cluster without mirrored disks. */
export const NOT_PLANNED = 'the policy enables no drbd disk template';

/** Whether the policy plans mirrored disks. */
export function isPlanned(policy: Policy): boolean {
  return policy.storage.diskTemplates.includes('drbd');
}
