import { canonicalFeature } from '../../../shared/cpu/features.ts';
import type { HostEvidence } from '../../../shared/cpu/runnable.ts';
import { sameValue } from './same-value.ts';

/** Whether `cpu_type=host` gives guests one and the same CPU on all of some hosts. */
export interface HostModel {
  /** null: could not be told */
  allowed: boolean | null;
  /** what is not equal, or not known */
  unequal: string[];
}

const identity = ['vendor', 'family', 'model', 'stepping', 'model-id', 'level', 'phys-bits'];

/** Compares what `host` means on each: QEMU's expansions, else all that Linux shows. */
export function hostModel(hosts: readonly HostEvidence[]): HostModel {
  const [first, ...others] = hosts;
  if (!first) return { allowed: null, unequal: ['no host is known'] };
  const asked = hosts.every((host) => expansion(host) !== null);
  const differ = asked ? expansionDifferences : shownDifferences;
  const unequal = new Set(others.flatMap((other) => differ(first, other)));
  return { allowed: unequal.size === 0, unequal: [...unequal].sort() };
}

type Properties = Record<string, string | number | boolean>;

function expansion({ qemu }: HostEvidence): { fixed: Properties; full: Properties } | null {
  if (qemu?.kvm.status !== 'ok') return null;
  const { hostStatic, hostFull } = qemu.kvm.value;
  return hostStatic && hostFull ? { fixed: hostStatic, full: hostFull } : null;
}

function expansionDifferences(a: HostEvidence, b: HostEvidence): string[] {
  const [one, other] = [expansion(a), expansion(b)];
  if (!one || !other) return ['the expansion of host'];
  const [left, right] = [offered(one.fixed), offered(other.fixed)];
  const numbers = identity.filter((key) => one.full[key] !== other.full[key]);
  return [...beyond(left, right), ...beyond(right, left), ...numbers];
}

function offered(properties: Properties): Set<string> {
  const names = Object.entries(properties).filter(([, value]) => value === true);
  return new Set(names.map(([name]) => canonicalFeature(name)));
}

function beyond(a: ReadonlySet<string>, b: ReadonlySet<string>): string[] {
  return [...a].filter((name) => !b.has(name));
}

/** All that decides what KVM offers, when QEMU could not be asked on every host. */
function shownDifferences(a: HostEvidence, b: HostEvidence): string[] {
  const [left, right] = [shown(a), shown(b)];
  return Object.keys(left).filter((item) => !sameValue(left[item], right[item]));
}

function shown({ cpu, qemu, os }: HostEvidence): Record<string, unknown> {
  const kinds = cpu?.kinds.map(({ cpus: _, ...rest }) => rest) ?? [];
  const each = (pick: (kind: (typeof kinds)[number]) => unknown) => kinds.map(pick);
  return {
    vendor: each((kind) => kind.vendor),
    family: each((kind) => kind.family),
    model: each((kind) => kind.model),
    stepping: each((kind) => kind.stepping),
    'model name': each((kind) => kind.modelName),
    microcode: each((kind) => kind.microcode),
    flags: each((kind) => kind.flags),
    bugs: each((kind) => kind.bugs),
    'address sizes': each((kind) => [kind.physicalAddressBits, kind.virtualAddressBits]),
    kernel: os?.kernelRelease,
    'QEMU version': qemu?.version.status === 'ok' ? qemu.version.value : null,
  };
}
