import { type ConfiguredCpu, parseCpuType } from '../../../shared/configured-cpu.ts';
import { canonicalFeature } from '../../../shared/cpu/features.ts';
import { versionedName } from '../../../shared/cpu/model-tables.ts';
import type { HostModels } from '../../../shared/cpu/runnable.ts';

/** Whether one host gives guests all of a `cpu_type`. */
export interface TypeVerdict {
  verdict: 'runnable' | 'not' | 'unknown';
  /** its QEMU does not know the model */
  modelUnknown: boolean;
  missing: string[];
  unknown: string[];
}

// QEMU takes these on any host, though the expansion of `host` may not show them.
const anywhere: ReadonlySet<string> = new Set(['topoext', 'ht']);

/** Judges a `cpu_type` as Ganeti spells it; `host` and `max` run anywhere, but are not one CPU. */
export function runsCpuType(models: HostModels, text: string): TypeVerdict {
  const cpu = parseCpuType(text);
  const added = judgeAdded(models, cpu);
  if (isHostType(text)) return verdictOf(added.missing, added.unknown);
  const verdict = models.verdicts.get(versionedName(cpu.model));
  if (!verdict) return { verdict: 'not', modelUnknown: true, missing: [], unknown: [] };
  const removed = new Set(cpu.removed.map(canonicalFeature));
  const left = (names: readonly string[]) => names.filter((name) => !removed.has(name));
  return verdictOf(
    [...left(verdict.missing), ...added.missing],
    [...left(verdict.unknown), ...added.unknown],
  );
}

/** Whether the type is whatever the host offers. */
export function isHostType(text: string): boolean {
  const { model } = parseCpuType(text);
  return model === 'host' || model === 'max';
}

function judgeAdded(models: HostModels, { added }: ConfiguredCpu) {
  const names = [...new Set(added.map(canonicalFeature))].filter((name) => !anywhere.has(name));
  // paravirtual features are QEMU's own
  const features = names.filter((name) => !/^(hv|kvm)-/.test(name));
  return {
    missing: features.filter((name) => models.offered(name) === 'no'),
    unknown: features.filter((name) => models.offered(name) === 'unknown'),
  };
}

function verdictOf(missing: string[], unknown: string[]): TypeVerdict {
  const open = unknown.length > 0 ? 'unknown' : 'runnable';
  const verdict = missing.length > 0 ? 'not' : open;
  return { verdict, modelUnknown: false, missing: missing.sort(), unknown: unknown.sort() };
}
