import { always, archCapabilities, nested, never, pmu, printedFrom } from './feature-table.ts';
import { flagOfFeature } from './features.ts';
import { mitigationRules } from './offered-mitigations.ts';
import { compareVersions, parseVersion, type Version } from './versions.ts';

export type Offered = 'yes' | 'no' | 'unknown';

/** What a prediction stands on when QEMU with KVM could not be asked. */
export interface Basis {
  vendor: string | null;
  family: number | null;
  model: number | null;
  flags: ReadonlySet<string>;
  bugs: ReadonlySet<string> | null;
  /** file name to its line, null when the folder could not be read */
  vulnerabilities: Readonly<Record<string, string>> | null;
  kernel: Version | null;
  kernelParameters: readonly string[] | null;
  kvmParameters: Readonly<Record<string, Readonly<Record<string, string>>>>;
  qemu: Version;
}

export type Rule = (basis: Basis) => Offered;

const alwaysOffered = new Set(always);
const neverOffered = new Set(never);
const nestedOnly = new Set(nested);
const pmuOnly = new Set(pmu);
const msrBits = new Set(archCapabilities);

/** Whether KVM on this host offers a feature to guests, predicted from what the kernel shows. */
export function predictOffered(basis: Basis, feature: string): Offered {
  const rule = rules[feature] ?? mitigationRules[feature];
  if (rule) return rule(basis);
  if (alwaysOffered.has(feature)) return 'yes';
  if (neverOffered.has(feature)) return 'no';
  if (msrBits.has(feature)) return 'unknown';
  if (nestedOnly.has(feature)) return both(printed(basis, feature), nesting(basis));
  if (pmuOnly.has(feature)) return both(printed(basis, feature), virtualPmu(basis));
  return printed(basis, feature);
}

/** From the flags line alone: a flag the kernel would print and does not is not there. */
function printed(basis: Basis, feature: string): Offered {
  const flag = flagOfFeature(feature);
  if (flag === undefined || flag === null) return 'unknown';
  if (basis.flags.has(flag)) return 'yes';
  const from = printedFrom[feature];
  if (from === undefined) return 'no';
  const first = parseVersion(from) ?? [];
  return basis.kernel && compareVersions(basis.kernel, first) >= 0 ? 'no' : 'unknown';
}

const rules: Readonly<Record<string, Rule>> = {
  'arch-capabilities': archCapabilitiesMsr,
  umip: (basis) => (basis.vendor === 'GenuineIntel' ? 'yes' : printed(basis, 'umip')),
  la57: fiveLevelPaging,
  'overflow-recov': (basis) => machineCheck(basis, 'overflow-recov'),
  succor: (basis) => machineCheck(basis, 'succor'),
  ds: (basis) => debugStore(basis, 'ds'),
  dtes64: (basis) => debugStore(basis, 'dtes64'),
  invtsc: ({ flags }) => (flags.has('nonstop_tsc') ? 'yes' : 'no'),
  'intel-pt': processorTrace,
  'null-sel-clr-base': (basis) =>
    basis.bugs?.has('null_seg') ? 'no' : reported(basis, basis.bugs !== null),
  'lfence-always-serializing': (basis) => reported(basis, true),
};

// KVM emulates the MSR everywhere, but QEMU hides it on AMD hosts: 10.0 does not, 11.1 does.
function archCapabilitiesMsr({ vendor, qemu }: Basis): Offered {
  if (vendor === 'GenuineIntel') return 'yes';
  if (compareVersions(qemu, [10, 1]) < 0) return 'yes';
  return compareVersions(qemu, [11, 1]) < 0 ? 'unknown' : 'no';
}

// KVM follows the CPU, the flags line follows the kernel, and `no5lvl` takes it from the latter.
function fiveLevelPaging(basis: Basis): Offered {
  if (basis.flags.has('la57')) return 'yes';
  // no CPU without GFNI has five levels
  if (!basis.flags.has('gfni')) return 'no';
  const { kernelParameters } = basis;
  return kernelParameters === null || kernelParameters.includes('no5lvl') ? 'unknown' : 'no';
}

// Newer QEMUs provide these on every host.
function machineCheck(basis: Basis, feature: string): Offered {
  if (basis.flags.has(flagOfFeature(feature) ?? '')) return 'yes';
  if (compareVersions(basis.qemu, [10, 0]) >= 0) return 'yes';
  return compareVersions(basis.qemu, [8, 0]) >= 0 ? 'unknown' : 'no';
}

// Newer kernels offer these on servers with PEBS; older ones never.
function debugStore(basis: Basis, feature: string): Offered {
  return basis.flags.has(flagOfFeature(feature) ?? '') ? 'unknown' : 'no';
}

function processorTrace(basis: Basis): Offered {
  if (!basis.flags.has('intel_pt')) return 'no';
  const mode = basis.kvmParameters.kvm_intel?.pt_mode;
  if (mode === undefined) return 'unknown';
  return mode === '1' ? 'yes' : 'no';
}

// KVM sets these bits of AMD's leaf 0x80000021 by itself since 6.1 stable.
function reported(basis: Basis, bugsKnown: boolean): Offered {
  const amd = basis.vendor === 'AuthenticAMD' || basis.vendor === 'HygonGenuine';
  if (!amd || !bugsKnown || basis.kernel === null) return 'unknown';
  return compareVersions(basis.kernel, [6, 1]) >= 0 ? 'yes' : 'unknown';
}

function nesting({ kvmParameters }: Basis): Offered {
  const value = kvmParameters.kvm_intel?.nested ?? kvmParameters.kvm_amd?.nested;
  if (value === undefined) return 'unknown';
  return value === 'Y' || value === '1' ? 'yes' : 'no';
}

// The parameter appeared in 5.18; without it the virtual PMU is on.
function virtualPmu({ kvmParameters }: Basis): Offered {
  return kvmParameters.kvm?.enable_pmu === 'N' ? 'no' : 'yes';
}

function both(a: Offered, b: Offered): Offered {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'yes' && b === 'yes' ? 'yes' : 'unknown';
}
