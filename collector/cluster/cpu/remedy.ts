import { archCapabilities, never } from '../../../shared/cpu/feature-table.ts';
import { flagOfFeature } from '../../../shared/cpu/features.ts';
import { generationOfCpu } from '../../../shared/cpu/generations.ts';
import { cpuModel } from '../../../shared/cpu/model-tables.ts';
import { type HostEvidence, type HostModels, predictModels } from '../../../shared/cpu/runnable.ts';

/** What would supply a feature that a node does not offer, as far as that can be known. */
export type Remedy =
  | 'hardware'
  | 'firmware'
  | 'microcode'
  | 'kernel'
  | 'tsx'
  | 'kvm'
  | 'qemu'
  | 'undecided'
  | 'never';

/** One sentence of each remedy, for the operator. */
export const remedyText: Readonly<Record<Remedy, string>> = {
  hardware: 'the CPU does not have it',
  firmware: 'CPUs of this generation have it: look for it in the firmware setup, then update it',
  microcode: 'current microcode of the CPU vendor brings it',
  kernel: 'the kernel holds it back: look at its command line and version',
  tsx: 'TSX is switched off by kernel or microcode; that is the safe state, keep it',
  kvm: 'the CPU has it, KVM holds it back: nested or restricted KVM, or an old kernel',
  qemu: 'a newer QEMU knows the model',
  undecided: 'install QEMU there, with a working /dev/kvm, to know',
  never: 'KVM offers it nowhere',
};

const byMicrocode: ReadonlySet<string> = new Set([
  ...['spec-ctrl', 'stibp', 'ssbd', 'md-clear', 'flush-l1d', 'arch-capabilities', 'fb-clear'],
  ...['ibpb', 'ibrs', 'amd-stibp', 'amd-ssbd', 'virt-ssbd', 'rfds-clear', 'ibpb-brtype', 'sbpb'],
]);

const byTsx: ReadonlySet<string> = new Set(['hle', 'rtm', 'taa-no', 'tsx-ldtrk', 'tsx-ctrl']);
const nowhere: ReadonlySet<string> = new Set(never);
const msrBits: ReadonlySet<string> = new Set(archCapabilities);

/** What would supply `feature`, missing on this host. */
export function remedyFor(feature: string, host: HostEvidence): Remedy {
  if (nowhere.has(feature)) return 'never';
  if (host.cpu && shows(host, feature)) return 'kvm';
  const expected = generationFeatures(host);
  if (host.cpu?.flags.includes('hypervisor') && expected?.has(feature)) return 'kvm';
  if (byTsx.has(feature)) return expected?.has('hle') === false ? 'hardware' : 'tsx';
  if (byMicrocode.has(feature)) return 'microcode';
  if (msrBits.has(feature) || expected === null || !expected.has(feature)) return 'hardware';
  return heldBack(feature, host) ? 'kernel' : 'firmware';
}

/** Whether a remedy is in the operator's hands without other machines. */
export function isFixable(remedy: Remedy): boolean {
  return remedy !== 'hardware' && remedy !== 'never';
}

// The prediction is of what the kernel shows; `computed` evidence is that prediction itself.
function shows(host: HostEvidence, feature: string): boolean {
  const predicted: HostModels | null = predictionOf(host);
  return predicted !== null && predicted.offered(feature) === 'yes';
}

const predictions = new WeakMap<HostEvidence, HostModels | null>();

function predictionOf(host: HostEvidence): HostModels | null {
  const known = predictions.get(host);
  if (known !== undefined) return known;
  const models = predictModels(host, '7.2');
  const predicted = models.evidence === 'none' ? null : models;
  predictions.set(host, predicted);
  return predicted;
}

function generationFeatures({ cpu }: HostEvidence): ReadonlySet<string> | null {
  const kind = cpu?.kinds[0];
  const generation = kind ? generationOfCpu(kind) : null;
  return generation === null ? null : (cpuModel(`${generation}-v1`)?.features ?? null);
}

// `nopcid` and the like, `clearcpuid=`, and XSAVES, which newer kernels take from Zen 1 and 2.
function heldBack(feature: string, { os, cpu }: HostEvidence): boolean {
  const flag = flagOfFeature(feature) ?? feature;
  const parameters = os?.kernelParameters.status === 'ok' ? os.kernelParameters.value : [];
  if (parameters.some((word) => word === `no${flag}` || word.startsWith('clearcpuid=')))
    return true;
  return feature === 'xsaves' && cpu?.kinds[0]?.family === 23;
}
