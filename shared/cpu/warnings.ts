import { tsx } from './features.ts';
import { isGeneric, isLegacy } from './generations.ts';

/** What guests of a CPU with these features must do without, and what that means for them. */
export function securityWarnings(cpu: {
  base: string;
  features: ReadonlySet<string>;
  vendor: string | null;
  /** the bugs that any node's kernel names; null: not known of every node */
  bugs: ReadonlySet<string> | null;
}): string[] {
  const { base, features, vendor, bugs } = cpu;
  const lacks = (...names: string[]) => names.every((name) => !features.has(name));
  const intel = vendor === 'GenuineIntel';
  const warnings: [boolean, string][] = [
    [
      isLegacy(base),
      `${base} is a model of the last century, the best KVM offers here: look into KVM first`,
    ],
    [
      isGeneric(base) && !isLegacy(base),
      `${base} is x86-64-v1 without added flags: current distributions may not boot on it`,
    ],
    [
      lacks('spec-ctrl', 'ibpb'),
      'no spec-ctrl or ibpb: Spectre v2 stays unmitigated inside guests',
    ],
    [
      lacks('ssbd', 'amd-ssbd', 'virt-ssbd'),
      'no ssbd, amd-ssbd or virt-ssbd: guests cannot mitigate CVE-2018-3639 (store bypass)',
    ],
    [
      intel && lacks('md-clear') && bugs?.has('mds') === true,
      'no md-clear though the CPUs have MDS: guests cannot tell that clearing buffers works',
    ],
    [
      intel && lacks('md-clear') && bugs === null,
      'no md-clear, and whether the CPUs have MDS is not known of every node',
    ],
    [intel && lacks('pcid'), 'no pcid: the Meltdown mitigation of guests is slow'],
    [
      [...tsx].some((name) => features.has(name)),
      'TSX is on in guests: TAA, and a microcode or kernel update can take it away',
    ],
  ];
  return warnings.filter(([applies]) => applies).map(([, text]) => text);
}
