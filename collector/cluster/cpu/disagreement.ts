import { predictModels } from '../../../shared/cpu/runnable.ts';
import type { Kind } from './evidence.ts';

/** In what QEMU with KVM and the prediction from /proc/cpuinfo contradict each other. */
export interface Disagreement {
  /** the kernel shows them, KVM does not offer them */
  withheld: string[];
  /** KVM offers them, though the kernel does not show them */
  unexpected: string[];
  cause: string;
}

/** The contradiction on one kind of node, or null when there is none to be seen. */
export function disagreementOn({ models, host }: Kind, planned: string): Disagreement | null {
  if (models.evidence !== 'proven') return null;
  const predicted = predictModels(host, planned);
  if (predicted.evidence === 'none') return null;
  const withheld = new Set<string>();
  const unexpected = new Set<string>();
  for (const [name, { missing, unknown }] of models.verdicts) {
    if (unknown.length > 0) continue;
    const lacked = new Set(missing);
    for (const one of missing) if (predicted.offered(one) === 'yes') withheld.add(one);
    for (const one of predicted.verdicts.get(name)?.missing ?? []) {
      if (!lacked.has(one)) unexpected.add(one);
    }
  }
  if (withheld.size + unexpected.size === 0) return null;
  const virtual = host.cpu?.flags.includes('hypervisor') === true;
  return {
    withheld: [...withheld].sort(),
    unexpected: [...unexpected].sort(),
    cause: causeOf([...withheld], virtual),
  };
}

function causeOf(withheld: readonly string[], virtual: boolean): string {
  if (withheld.length === 0) return 'a kernel that hides what KVM still offers';
  if (withheld.some((name) => name === 'hle' || name === 'rtm')) return 'TSX switched off for KVM';
  if (virtual) return 'nested KVM, which the host beneath restricts';
  return 'a KVM module parameter, a firmware setting, or a kernel older than the CPU';
}
