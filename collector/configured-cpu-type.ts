import type { Fleet } from '../shared/fleet.ts';

/** The `cpu_type` that a cluster is set to, and who says so. */
export interface ConfiguredType {
  /** with plain commas; null: none is set, so QEMU's own default holds */
  cpuType: string | null;
  source: 'master' | 'policy';
}

/** As the master's configuration has it; before there is a cluster, as the policy wants it. */
export function configuredCpuType(fleet: Fleet): ConfiguredType {
  for (const { report, freshness, expected } of fleet.nodes) {
    const ganeti = report?.sections.ganeti;
    if (!expected || freshness !== 'fresh' || ganeti?.status !== 'ok') continue;
    const { membership } = ganeti.facts;
    if (membership.status !== 'ok' || !membership.value?.master) continue;
    const { config } = membership.value.master;
    if (config.status !== 'ok') continue;
    const { hvparams } = config.value.cluster;
    const set = hvparams.kvm?.cpu_type ?? membership.value.ssconf.hvparamsKvm?.cpu_type;
    return { cpuType: plain(set), source: 'master' };
  }
  return { cpuType: plain(fleet.policy.hvparams.cpu_type), source: 'policy' };
}

function plain(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text.replaceAll('\\,', ',');
}
