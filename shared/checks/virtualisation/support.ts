import type { CpuFacts } from '../../facts/cpu.ts';

/** The virtualisation flag that every CPU of the node has; null when there is none. */
export function flagOf(cpu: CpuFacts): 'vmx' | 'svm' | null {
  if (cpu.flags.includes('vmx')) return 'vmx';
  return cpu.flags.includes('svm') ? 'svm' : null;
}

const modules: Record<string, string> = {
  GenuineIntel: 'kvm_intel',
  CentaurHauls: 'kvm_intel',
  '  Shanghai  ': 'kvm_intel',
  AuthenticAMD: 'kvm_amd',
  HygonGenuine: 'kvm_amd',
};

/** The kernel module that serves KVM on this CPU, by its flag or else its vendor. */
export function moduleOf(cpu: CpuFacts): string | null {
  const flag = flagOf(cpu);
  if (flag !== null) return flag === 'vmx' ? 'kvm_intel' : 'kvm_amd';
  return modules[cpu.kinds[0]?.vendor ?? ''] ?? null;
}
