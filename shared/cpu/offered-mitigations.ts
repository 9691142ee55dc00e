import type { Basis, Offered, Rule } from './offered.ts';
import { compareVersions, type Version } from './versions.ts';

/**
 * Which mitigation features KVM offers, by what the kernel does: the bits themselves are hidden
 * from /proc/cpuinfo, but the kernel shows what it made of them.
 */
export const mitigationRules: Readonly<Record<string, Rule>> = {
  'spec-ctrl': ({ flags }) => yesIf(flags.has('ibrs') && flags.has('ibpb')),
  stibp: ({ flags }) => yesIf(flags.has('stibp')),
  'amd-stibp': ({ flags }) => yesIf(flags.has('stibp')),
  ibpb: ({ flags }) => yesIf(flags.has('ibpb')),
  ibrs: ({ flags }) => yesIf(flags.has('ibrs')),
  ssbd: speculativeStore,
  'amd-ssbd': speculativeStore,
  'virt-ssbd': virtualSpeculativeStore,
  'amd-no-ssb': (basis) => withoutBug(basis, 'spec_store_bypass'),
  'auto-ibrs': (basis) => (isAmd(basis.vendor) ? enhancedIbrs(basis, [6, 3]) : 'no'),
  'ibrs-all': (basis) => (isAmd(basis.vendor) ? 'no' : enhancedIbrs(basis, [4, 19])),
  'rdctl-no': (basis) => withoutBug(basis, 'cpu_meltdown'),
  'mds-no': (basis) => withoutBug(basis, 'mds'),
  'ssb-no': (basis) => withoutBug(basis, 'spec_store_bypass'),
  'rfds-no': (basis) => withoutNewBug(basis, 'reg_file_data_sampling'),
  'its-no': (basis) => withoutNewBug(basis, 'its'),
  'gds-no': gatherDataSampling,
  'taa-no': transactionAsynchronousAbort,
  // the kernel lists the bug just when the bit is missing, but not the other way round
  'bhi-no': (basis) => (basis.bugs?.has('bhi') ? 'no' : 'unknown'),
  'pbrsb-no': (basis) => (basis.bugs?.has('eibrs_pbrsb') ? 'no' : 'unknown'),
  'pschange-mc-no': () => 'yes',
  'skip-l1dfl-vmentry': ({ kvmParameters, kernelParameters }) =>
    yesIf(
      kvmParameters.kvm_intel?.vmentry_l1d_flush !== 'never' &&
        !kernelParameters?.includes('l1tf=off'),
    ),
};

/** The file under /sys/devices/system/cpu/vulnerabilities that speaks of a bug of the bugs line. */
const vulnerabilityFile: Readonly<Record<string, string>> = {
  cpu_meltdown: 'meltdown',
  mds: 'mds',
  spec_store_bypass: 'spec_store_bypass',
  taa: 'tsx_async_abort',
  reg_file_data_sampling: 'reg_file_data_sampling',
  its: 'indirect_target_selection',
  gds: 'gather_data_sampling',
};

/** The first kernel line that knows meltdown, MDS, store bypass and TAA without backports. */
const KNOWS_OLD_BUGS = [5, 4];

// A kernel that does not know a bug prints no bug either, and says nothing by that.
function withoutBug(basis: Basis, bug: string): Offered {
  const { bugs, vulnerabilities, kernel } = basis;
  if (bugs?.has(bug)) return 'no';
  const line = vulnerabilityLine(basis, bug);
  if (line !== undefined) return yesIf(bugs !== null || line === 'Not affected');
  if (vulnerabilities !== null || bugs === null || kernel === null) return 'unknown';
  return compareVersions(kernel, KNOWS_OLD_BUGS) >= 0 ? 'yes' : 'unknown';
}

// Kernels before `since` do not show the flag, whatever the CPU has.
function enhancedIbrs({ flags, kernel }: Basis, since: Version): Offered {
  if (flags.has('ibrs_enhanced')) return 'yes';
  return kernel !== null && compareVersions(kernel, since) >= 0 ? 'no' : 'unknown';
}

// A kernel too old to know the bug prints no such bug, has no such file, and offers no such bit.
function withoutNewBug(basis: Basis, bug: string): Offered {
  if (basis.vulnerabilities === null) return basis.bugs?.has(bug) ? 'no' : 'unknown';
  return vulnerabilityLine(basis, bug) === undefined ? 'no' : withoutBug(basis, bug);
}

function vulnerabilityLine({ vulnerabilities }: Basis, bug: string): string | undefined {
  return vulnerabilities?.[vulnerabilityFile[bug] ?? '']?.trim();
}

function gatherDataSampling(basis: Basis): Offered {
  const line = vulnerabilityLine(basis, 'gds');
  if (line?.startsWith('Mitigation: Microcode')) return 'yes';
  return withoutNewBug(basis, 'gds');
}

// With TSX off KVM clears the bit even on a CPU that has it.
function transactionAsynchronousAbort(basis: Basis): Offered {
  return basis.flags.has('rtm') ? withoutBug(basis, 'taa') : 'no';
}

// Before Zen 2 the kernel shows ssbd too, but does it by another MSR that guests do not get.
function speculativeStore(basis: Basis): Offered {
  if (!basis.flags.has('ssbd')) return 'no';
  return byOldMethod(basis);
}

function byOldMethod({ vendor, family, model }: Basis): Offered {
  if (!isAmd(vendor)) return 'yes';
  if (vendor === 'HygonGenuine') return 'no';
  if (family === null || model === null) return 'unknown';
  return yesIf(family > 23 || (family === 23 && model >= 0x30));
}

function virtualSpeculativeStore(basis: Basis): Offered {
  if (basis.flags.has('virt_ssbd')) return 'yes';
  if (!isAmd(basis.vendor) || !basis.flags.has('ssbd')) return 'no';
  return speculativeStore(basis) === 'no' ? 'yes' : 'unknown';
}

function isAmd(vendor: string | null): boolean {
  return vendor === 'AuthenticAMD' || vendor === 'HygonGenuine';
}

function yesIf(condition: boolean): Offered {
  return condition ? 'yes' : 'no';
}
