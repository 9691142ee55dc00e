import { levelFeatures } from './features.ts';
import type { HostModels } from './runnable.ts';

const intel = ['spec-ctrl', 'stibp', 'ssbd', 'md-clear', 'pcid', 'pdpe1gb', 'aes'];
const amd = ['ibpb', 'amd-stibp', 'amd-ssbd', 'virt-ssbd', 'pdpe1gb', 'aes'];
const notVulnerable = [
  ...['rdctl-no', 'mds-no', 'taa-no', 'ssb-no', 'gds-no', 'rfds-no', 'its-no', 'bhi-no'],
  ...['pbrsb-no', 'sbdr-ssdp-no', 'fbsdp-no', 'psdp-no'],
];

/** The features worth adding to a model: missing in it, and offered by every host. */
export function additionsFor(
  features: ReadonlySet<string>,
  hosts: readonly HostModels[],
  vendor: string | null,
): string[] {
  // a 32-bit model is a stopgap, not worth improving
  if (!features.has('lm')) return [];
  const worth = (name: string) => !features.has(name) && offeredByAll(hosts, name);
  if (vendor === 'AuthenticAMD' || vendor === 'HygonGenuine') return amd.filter(worth);
  if (vendor !== 'GenuineIntel') return [];
  return [...intel.filter(worth), ...capabilities(features, worth)];
}

/** For hosts of several vendors: what the highest x86-64 level common to all asks for. */
export function levelAdditions(
  features: ReadonlySet<string>,
  hosts: readonly HostModels[],
): string[] {
  const worth = (name: string) => !features.has(name) && offeredByAll(hosts, name);
  const unmet = levelFeatures.findIndex((level) =>
    level.some((name) => !offeredByAll(hosts, name)),
  );
  const asked = levelFeatures.slice(0, unmet === -1 ? levelFeatures.length : unmet).flat();
  return [...new Set([...asked, ...intel, ...amd])].filter(worth);
}

/** Which hosts do not offer a feature, for saying what it would take to add it. */
export function lacking(hosts: readonly HostModels[], feature: string): HostModels[] {
  return hosts.filter((host) => host.offered(feature) !== 'yes');
}

/** The mitigation features a guest of this vendor can use. */
export function mitigationsOf(vendor: string): readonly string[] {
  if (vendor === 'GenuineIntel') return ['spec-ctrl', 'stibp', 'ssbd', 'md-clear', 'pcid'];
  return ['ibpb', 'amd-stibp', 'amd-ssbd', 'virt-ssbd'];
}

function offeredByAll(hosts: readonly HostModels[], feature: string): boolean {
  return hosts.every((host) => host.offered(feature) === 'yes');
}

// Without a "not vulnerable" bit the MSR tells the guest nothing: it goes with them or not at all.
function capabilities(features: ReadonlySet<string>, worth: (name: string) => boolean): string[] {
  if (features.has('arch-capabilities') || !worth('arch-capabilities')) return [];
  const bits = notVulnerable.filter(worth);
  return bits.length > 0 ? ['arch-capabilities', ...bits] : [];
}
