import { textLines } from './parse.ts';

/**
 * The words of a kernel command line that change CPU, KVM or memory, in their order. All others are
 * left out, for a command line can hold secrets; so is what follows `--`, which is for init.
 */
export function parseKernelParameters(text: string): string[] {
  const line = textLines(text, '/proc/cmdline').join(' ');
  const words: string[] = line.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? words.length : end).filter(isOfInterest);
}

/** From admin-guide/kernel-parameters.txt of Linux, to which dash and underscore are the same. */
const NAMES = new Set([
  ...['mitigations', 'pti', 'nopti', 'l1tf', 'mds', 'tsx', 'tsx_async_abort', 'srbds', 'retbleed'],
  ...['nospectre_v1', 'nospectre_v2', 'spectre_v2', 'spectre_v2_user', 'spectre_bhi'],
  ...['spec_store_bypass_disable', 'nospec_store_bypass_disable', 'spec_rstack_overflow'],
  ...['mmio_stale_data', 'gather_data_sampling', 'reg_file_data_sampling', 'tsa', 'vmscape'],
  ...['indirect_target_selection', 'split_lock_detect', 'ibt', 'dis_ucode_ldr'],
  ...['nopcid', 'noinvpcid', 'nosmep', 'nosmap', 'nopku', 'no5lvl', 'nox2apic', 'noexec'],
  ...['noxsave', 'noxsaveopt', 'noxsaves', 'clearcpuid', 'nofsgsbase', 'nordrand'],
  ...['nosmt', 'maxcpus', 'nr_cpus', 'possible_cpus', 'isolcpus', 'nohz_full', 'numa'],
  ...['intel_iommu', 'amd_iommu', 'iommu', 'hugepages', 'hugepagesz', 'default_hugepagesz'],
  ...['hugetlb_free_vmemmap', 'transparent_hugepage', 'mem', 'nested_pvm'],
]);

const MODULES = new Set(['kvm', 'kvm_intel', 'kvm_amd', 'kvm_pvm', 'iommu', 'microcode']);

function isOfInterest(word: string): boolean {
  const name = (word.split('=', 1)[0] ?? '').replaceAll('-', '_');
  const [module = '', parameter] = name.split('.', 2);
  return parameter === undefined ? NAMES.has(name) : MODULES.has(module);
}
