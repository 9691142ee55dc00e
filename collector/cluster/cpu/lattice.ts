import { candidatesFor, exceeds, maximal, withoutTsx } from '../../../shared/cpu/candidates.ts';
import { cpuModel } from '../../../shared/cpu/model-tables.ts';
import type { Stop } from './blockers.ts';
import type { KnownKind } from './evidence.ts';
import type { GroupAnswer } from './group-answer.ts';

/** A CPU model among those that matter for the choice. */
export interface LatticeModel {
  name: string;
  /** `runs`: on every node, and is not the answer */
  state: 'chosen' | 'runs' | 'blocked';
  /** harmless features that have to be left out so that it runs */
  without: string[];
  /** what stops it; empty unless blocked */
  stops: Stop[];
}

/** Models ordered by inclusion: of two that are joined the upper one offers all of the lower. */
export interface Lattice {
  models: LatticeModel[];
  /** each a step that no other model of the lattice lies within */
  edges: { lower: string; upper: string }[];
}

type Placed = LatticeModel & { features: ReadonlySet<string> };

/** Below the answer, the next ones suffice to tell where it stands. */
const BELOW_MAX = 3;
const BESIDE_MAX = 3;

/** The answer of a group with its neighbours; null when there is no answer to stand by. */
export function latticeOf(group: GroupAnswer, kinds: readonly KnownKind[]): Lattice | null {
  const { recommended, blockers, vendor } = group;
  if (recommended === null) return null;
  const candidates = candidatesFor(
    kinds.map(({ models }) => models),
    vendor,
  );
  const floor = recommended.comparable;
  const runs = (list: typeof candidates, most: number): Placed[] =>
    differing(list)
      .slice(0, most)
      .map(({ base, remove, comparable }) => {
        return { name: base, state: 'runs', without: remove, stops: [], features: comparable };
      });
  const below = maximal(candidates.filter(({ comparable }) => exceeds(floor, comparable)));
  const beside = maximal(candidates).filter(
    ({ base, comparable }) => base !== recommended.base && !sameSet(comparable, floor),
  );
  const chosen: Placed = {
    name: recommended.base,
    state: 'chosen',
    without: recommended.remove,
    stops: [],
    features: floor,
  };
  const blocked = blockers.map(({ model, stops }): Placed => {
    const features = withoutTsx(cpuModel(model)?.features ?? new Set());
    return { name: model, state: 'blocked', without: [], stops, features };
  });
  return joined([...runs(below, BELOW_MAX), ...runs(beside, BESIDE_MAX), chosen, ...blocked]);
}

function joined(placed: readonly Placed[]): Lattice {
  const edges = placed.flatMap((lower) =>
    placed
      .filter((upper) => exceeds(upper.features, lower.features))
      .filter(
        (upper) =>
          !placed.some(
            (between) =>
              exceeds(upper.features, between.features) &&
              exceeds(between.features, lower.features),
          ),
      )
      .map((upper) => ({ lower: lower.name, upper: upper.name })),
  );
  return { models: placed.map(({ features: _, ...model }) => model), edges };
}

/** Of models that offer the same only the first. */
function differing<T extends { comparable: ReadonlySet<string> }>(all: readonly T[]): T[] {
  return all.filter(
    (one, index) => !all.slice(0, index).some((other) => sameSet(one.comparable, other.comparable)),
  );
}

function sameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((feature) => other.has(feature));
}
