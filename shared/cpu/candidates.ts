import { harmless, hasSpectreV2, tsx, type X86Level, x86Level } from './features.ts';
import { generation, isGeneric, isLegacy, versionNumber } from './generations.ts';
import { type CpuModel, cpuModel } from './model-tables.ts';
import type { EvidenceLevel, HostModels } from './runnable.ts';

/** A model that runs on all of a set of hosts, as it stands or with harmless features removed. */
export interface Candidate {
  base: string;
  remove: string[];
  /** what a guest gets */
  features: ReadonlySet<string>;
  /** the same without TSX, which is left out of comparisons */
  comparable: ReadonlySet<string>;
  level: X86Level;
  deprecated: boolean;
  evidence: EvidenceLevel;
}

/**
 * Every candidate for hosts of one vendor (null: for hosts of several), in no order. Legacy models
 * are last: they are candidates only where nothing else runs, and then of any vendor.
 */
export function candidatesFor(hosts: readonly HostModels[], vendor: string | null): Candidate[] {
  const able = namesKnownToAll(hosts).flatMap((name) => {
    const model = cpuModel(name);
    const remove = removalsFor(name, hosts);
    if (!model || !remove || name === 'base') return [];
    const one = candidate(model, remove, hosts);
    return one ? [{ one, fitting: fits(model, vendor, hosts), legacy: isLegacy(name) }] : [];
  });
  const current = able.filter(({ fitting, legacy }) => fitting && !legacy);
  const old = able.filter(({ fitting, legacy }) => fitting && legacy);
  const last = able.filter(({ legacy }) => legacy);
  const pool = [current, old, last].find((some) => some.length > 0) ?? [];
  return pool.map(({ one }) => one);
}

/** The names that the QEMU of every host knows. */
export function namesKnownToAll(hosts: readonly HostModels[]): string[] {
  const [first, ...rest] = hosts;
  if (!first) return [];
  return [...first.verdicts.keys()].filter((name) => rest.every((one) => one.verdicts.has(name)));
}

// QEMU ignores the vendor: under KVM it starts a model of one vendor on a CPU of another.
export function fits(model: CpuModel, vendor: string | null, hosts: readonly HostModels[]) {
  if (isGeneric(model.name)) return true;
  if (vendor === null) return false;
  if (model.vendor === vendor) return true;
  // Hygon's CPUs are Zen of the first generation, for QEMUs from before Dhyana
  const bare = !namesKnownToAll(hosts).some((name) => cpuModel(name)?.vendor === vendor);
  return vendor === 'HygonGenuine' && bare && ['EPYC-v1', 'EPYC-v2'].includes(model.name);
}

/** What must be removed so that the model runs everywhere; null when that would do harm. */
function removalsFor(name: string, hosts: readonly HostModels[]): string[] | null {
  const removed = new Set<string>();
  for (const host of hosts) {
    const verdict = host.verdicts.get(name);
    if (!verdict) return null;
    for (const feature of [...verdict.missing, ...verdict.unknown]) removed.add(feature);
  }
  return [...removed].every((feature) => harmless.has(feature)) ? [...removed].sort() : null;
}

function candidate(
  model: CpuModel,
  remove: string[],
  hosts: readonly HostModels[],
): Candidate | null {
  const removed = new Set(remove);
  const features = new Set([...model.features].filter((feature) => !removed.has(feature)));
  const level = x86Level(features);
  if (level < x86Level(model.features)) return null;
  return {
    base: model.name,
    remove,
    features,
    comparable: withoutTsx(features),
    level,
    deprecated: hosts.some((host) => host.deprecated.has(model.name)),
    evidence: hosts.some((host) => host.evidence === 'computed') ? 'computed' : 'proven',
  };
}

/** The features that comparisons look at. */
export function withoutTsx(features: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...features].filter((feature) => !tsx.has(feature)));
}

/** The best of the candidates: maximal by inclusion, then by the order of `preference`. */
export function bestOf(candidates: readonly Candidate[]): Candidate | null {
  const best = firstOf(candidates.filter((one) => !one.deprecated));
  if (best && !isGeneric(best.base)) return best;
  // a deprecated model is still far better than one of no vendor
  return firstOf(candidates);
}

function firstOf(candidates: readonly Candidate[]): Candidate | null {
  return maximal(candidates).sort(preference)[0] ?? null;
}

/** Those of which no other offers all and more. */
export function maximal<T extends Pick<Candidate, 'comparable'>>(all: readonly T[]): T[] {
  return all.filter((one) => !all.some((other) => exceeds(other.comparable, one.comparable)));
}

/** Whether `a` holds all of `b` and more. */
export function exceeds(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size > b.size && [...b].every((feature) => a.has(feature));
}

/** The better of two maximal candidates first. */
function preference(a: Candidate, b: Candidate): number {
  return (
    b.level - a.level ||
    Number(hasSpectreV2(b.features)) - Number(hasSpectreV2(a.features)) ||
    generation(b.base) - generation(a.base) ||
    Number(hasTsx(a)) - Number(hasTsx(b)) ||
    b.comparable.size - a.comparable.size ||
    a.remove.length - b.remove.length ||
    versionNumber(b.base) - versionNumber(a.base) ||
    (a.base < b.base ? -1 : Number(a.base > b.base))
  );
}

function hasTsx({ features }: Candidate): boolean {
  return features.has('hle') || features.has('rtm');
}
