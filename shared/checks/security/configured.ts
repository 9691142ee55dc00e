import { known } from '../../evidence.ts';
import type { Membership } from '../../facts/ganeti.ts';
import { effectiveHvparams } from '../../facts/ganeti.ts';

/** Parameters as they take effect, and who sets the one that was asked for. */
export interface Setting {
  whose: string;
  params: Record<string, string>;
}

/**
 * Where `name` is set: for the cluster, and on the master, which alone knows them, for operating
 * systems and for single instances.
 */
export function configuredAs({ ssconf, master }: Membership, name: string): Setting[] {
  const cluster = { whose: 'the cluster', params: ssconf.hvparamsKvm ?? {} };
  if (master === null) return [];
  const config = known(master.config);
  const whole = { ssconf, config };
  const systems = Object.entries(config.cluster.osHvparams).flatMap(([os, { kvm = {} }]) => {
    if (!Object.hasOwn(kvm, name)) return [];
    const params = effectiveHvparams(whole, { os, hypervisor: 'kvm', hvparams: {} });
    return [{ whose: `OS ${os}`, params }];
  });
  const instances = config.instances
    .filter((one) => one.hypervisor === 'kvm' && Object.hasOwn(one.hvparams, name))
    .map((one) => ({ whose: one.name, params: effectiveHvparams(whole, one) }));
  return [cluster, ...systems, ...instances];
}
