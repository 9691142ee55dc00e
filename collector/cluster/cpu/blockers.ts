import { exceeds, fits, maximal, withoutTsx } from '../../../shared/cpu/candidates.ts';
import { harmless } from '../../../shared/cpu/features.ts';
import { isGeneric, isLegacy, versionNumber } from '../../../shared/cpu/generations.ts';
import { type CpuModel, firstQemuWith, modelTables } from '../../../shared/cpu/model-tables.ts';
import type { Recommendation } from '../../../shared/cpu/recommend.ts';
import type { KnownKind } from './evidence.ts';
import { isFixable, type Remedy, remedyFor } from './remedy.ts';

/** What keeps one kind of node from a better model. */
export interface Stop {
  nodes: string[];
  /** features this model asks for and these nodes do not offer */
  missing: { feature: string; remedy: Remedy }[];
  /** features that could not be decided */
  unknown: string[];
  /** the oldest QEMU known to have the model, when that of these nodes has not */
  qemuFrom: string | null;
}

/** A better model than the answer, and what stops it. */
export interface Blocker {
  model: string;
  /**
   * `maximal`: nothing better is within reach; `next`: the nearest step up, whatever it takes;
   * `top`: nothing better is known at all, and these nodes are no way near it
   */
  step: 'maximal' | 'next' | 'top';
  stops: Stop[];
}

interface Above {
  model: CpuModel;
  comparable: ReadonlySet<string>;
  stops: Stop[];
  /** some node runs it, or nothing but a setting, an update or a proof is missing */
  reachable: boolean;
}

/** The models above the answer: the best within reach, the nearest step up, the best of all. */
export function blockersOf(
  kinds: readonly KnownKind[],
  vendor: string,
  answer: Recommendation | null,
): Blocker[] {
  const above = oneOfEach(modelsAbove(kinds, vendor, answer));
  const best = maximal(above.filter((one) => one.reachable));
  const nearest = minimal(above).filter((one) => !best.includes(one));
  const top = maximal(above).filter((one) => !best.includes(one) && !nearest.includes(one));
  return [
    ...best.map((one) => blocker(one, 'maximal')),
    ...nearest.map((one) => blocker(one, 'next')),
    ...top.map((one) => blocker(one, 'top')),
  ];
}

function blocker({ model, stops }: Above, step: Blocker['step']): Blocker {
  return { model: model.name, step, stops };
}

function modelsAbove(
  kinds: readonly KnownKind[],
  vendor: string,
  answer: Recommendation | null,
): Above[] {
  const hosts = kinds.map((kind) => kind.models);
  const floor = answer?.comparable ?? new Set<string>();
  return latestModels().flatMap((model) => {
    if (isLegacy(model.name) || isGeneric(model.name) || !fits(model, vendor, hosts)) return [];
    const comparable = withoutTsx(model.features);
    if (!exceeds(comparable, floor)) return [];
    const stops = kinds.flatMap((kind) => stopOf(kind, model) ?? []);
    if (stops.length === 0) return [];
    return [{ model, comparable, stops, reachable: isReachable(stops, kinds.length) }];
  });
}

/** Of models that differ in nothing but TSX or cache details, the latest without TSX. */
function oneOfEach(all: readonly Above[]): Above[] {
  const sorted = [...all].sort(
    (a, b) =>
      Number(a.model.features.has('rtm')) - Number(b.model.features.has('rtm')) ||
      versionNumber(b.model.name) - versionNumber(a.model.name),
  );
  const same = (a: Above, b: Above) =>
    a.comparable.size === b.comparable.size &&
    [...a.comparable].every((feature) => b.comparable.has(feature));
  return sorted.filter((one, index) => !sorted.slice(0, index).some((other) => same(one, other)));
}

function latestModels(): CpuModel[] {
  const all = modelTables.flatMap((table) => table.models);
  return [...new Map(all.map((model) => [model.name, model])).values()];
}

function stopOf(kind: KnownKind, model: CpuModel): Stop | null {
  const verdict = kind.models.verdicts.get(model.name);
  const features = [...model.features];
  const offered = (answer: string) => (name: string) => kind.models.offered(name) === answer;
  const missing = verdict?.missing ?? features.filter(offered('no')).filter(isCounted);
  const unknown = verdict?.unknown ?? features.filter(offered('unknown'));
  if (verdict && missing.length === 0 && unknown.length === 0) return null;
  return {
    nodes: kind.nodes,
    missing: missing.map((feature) => ({ feature, remedy: remedyFor(feature, kind.host) })),
    unknown,
    qemuFrom: verdict ? null : firstQemuWith(model.name),
  };
}

// QEMU takes these on any host, though the expansion of `host` may not show them.
function isCounted(feature: string): boolean {
  return feature !== 'topoext' && feature !== 'ht';
}

function isReachable(stops: readonly Stop[], kindCount: number): boolean {
  if (stops.length < kindCount) return true;
  const onlyHarmless = (stop: Stop) =>
    stop.qemuFrom === null &&
    [...stop.missing.map(({ feature }) => feature), ...stop.unknown].every((name) =>
      harmless.has(name),
    );
  const fixable = (stop: Stop) => stop.missing.every(({ remedy }) => isFixable(remedy));
  return stops.some(onlyHarmless) || stops.every(fixable);
}

function minimal(all: readonly Above[]): Above[] {
  return all.filter((one) => !all.some((other) => exceeds(one.comparable, other.comparable)));
}
