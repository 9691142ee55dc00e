import { aliasOf, hidden, otherName, sameName } from './feature-table.ts';

const flags = new Map<string, string | null>([
  ...sameName.map((name) => [name, name] as const),
  ...Object.entries(otherName),
  ...hidden.map((name) => [name, null] as const),
]);
/** The canonical QEMU name of a feature, whichever spelling QEMU printed. */
export function canonicalFeature(name: string): string {
  return aliasOf[name] ?? name;
}

/** The /proc/cpuinfo flag of a feature; null: never printed; undefined: not a feature we know. */
export function flagOfFeature(feature: string): string | null | undefined {
  return flags.get(feature);
}

/** Features that a guest can do without: no program that runs on the model's level needs them. */
export const harmless: ReadonlySet<string> = new Set([
  ...['hle', 'rtm', 'taa-no', 'tsx-ldtrk', 'mpx', 'xsaves', 'xsaveopt', 'core-capability'],
  ...['split-lock-detect', 'bus-lock-detect', 'erms', 'fsrm', 'fsrs', 'fzrm', 'fsrc'],
  ...['perfctr-core', 'mcdt-no'],
  // the "not vulnerable" bits of MSR 0x10a
  ...['rdctl-no', 'mds-no', 'ssb-no', 'pschange-mc-no', 'gds-no', 'rfds-no', 'its-no', 'bhi-no'],
  ...['pbrsb-no', 'sbdr-ssdp-no', 'fbsdp-no', 'psdp-no'],
]);

/** Transactional memory: a microcode or kernel update takes it away under a running cluster. */
export const tsx: ReadonlySet<string> = new Set(['hle', 'rtm']);

/** What each x86-64 level asks for beyond the one before: level 2 first, then 3 and 4. */
export const levelFeatures: readonly (readonly string[])[] = [
  ['cx16', 'lahf-lm', 'popcnt', 'pni', 'sse4.1', 'sse4.2', 'ssse3'],
  ['avx', 'avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'abm', 'movbe', 'xsave'],
  ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl'],
];

export type X86Level = 0 | 1 | 2 | 3 | 4;

/** The x86-64 level (x86-64-v1 … v4) of a set of features; 0 when it is not even 64-bit. */
export function x86Level(set: ReadonlySet<string>): X86Level {
  if (!set.has('lm')) return 0;
  const unmet = levelFeatures.findIndex((names) => !names.every((name) => set.has(name)));
  const levels = [1, 2, 3, 4] as const;
  return levels[unmet === -1 ? 3 : unmet] ?? 1;
}

/** Lets the guest's kernel defend itself against Spectre v2. */
export function hasSpectreV2(set: ReadonlySet<string>): boolean {
  return set.has('spec-ctrl') || set.has('ibpb');
}
