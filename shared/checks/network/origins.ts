import type { Origin } from '../../check.ts';

/** The bridge that carries the node's own traffic: without it the node reaches nobody. */
export const ownBridge: Origin = {
  check: 'network.bridge',
  subject: (policy) => policy.network.masterNetdev,
};
