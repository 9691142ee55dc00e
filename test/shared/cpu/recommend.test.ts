import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { harmless, x86Level } from '../../../shared/cpu/features.ts';
import { isGeneric, isLegacy } from '../../../shared/cpu/generations.ts';
import { type CpuModel, modelTables } from '../../../shared/cpu/model-tables.ts';
import { type Choice, lastResort, recommend } from '../../../shared/cpu/recommend.ts';
import { type HostModels, judgeModels } from '../../../shared/cpu/runnable.ts';
import { cpuFacts, evidence, knownModels, qmpAnswered } from './hosts.ts';

const table = modelTables[2];
const models = table?.models ?? [];
const intel = models.filter(({ vendor }) => vendor === 'GenuineIntel');
const allFeatures = [...new Set(models.flatMap(({ features }) => [...features]))].sort();

/** The features of an imaginary host: those of a model, less a few, and some more. */
const hostFeatures = fc
  .tuple(
    fc.constantFrom(...intel.filter(({ name }) => !isLegacy(name))),
    fc.subarray(allFeatures, { maxLength: 6 }),
    fc.subarray([...harmless, 'aes', 'avx', 'pcid', 'spec-ctrl', 'pni'], { maxLength: 4 }),
  )
  .map(([model, more, less]) => {
    const features = new Set([...model.features, ...more]);
    for (const name of less) features.delete(name);
    return features;
  });

const cluster = fc.array(hostFeatures, { minLength: 1, maxLength: 5 });

function hostWith(features: ReadonlySet<string>, vendor = 'GenuineIntel'): HostModels {
  const usable = Object.fromEntries(
    models.map((model) => [model.name, [...model.features].filter((name) => !features.has(name))]),
  );
  const qemu = qmpAnswered({ usable, host: [...features] });
  const cpu = cpuFacts({ vendor, family: 6, model: 85 });
  return knownModels(judgeModels(evidence({ cpu, qemu }), '7.2'));
}

function answerFor(sets: readonly ReadonlySet<string>[]): Choice {
  return recommend(
    sets.map((set) => hostWith(set)),
    'GenuineIntel',
  );
}

/** Every model with what it lacks on the hosts, found without the code under test. */
function everyWay(sets: readonly ReadonlySet<string>[]) {
  return models
    .filter(({ name, vendor }) => !isLegacy(name) && (isGeneric(name) || vendor === 'GenuineIntel'))
    .map((model) => ({ model, removed: lackedBy(model, sets) }))
    .map(({ model, removed }) => ({
      model,
      removed,
      features: new Set([...model.features].filter((name) => !removed.includes(name))),
    }));
}

function lackedBy(model: CpuModel, sets: readonly ReadonlySet<string>[]): string[] {
  return [...model.features].filter((name) => sets.some((set) => !set.has(name)));
}

describe('the recommendation', () => {
  test('runs on all hosts, and nothing that runs on all offers strictly more', () => {
    fc.assert(
      fc.property(cluster, (sets) => {
        const { plain, recommended } = answerFor(sets);
        const ways = everyWay(sets);
        const asIs = ways.filter(({ removed }) => removed.length === 0);
        const soft = ways.filter(
          ({ model, removed, features }) =>
            removed.every((name) => harmless.has(name)) &&
            x86Level(features) === x86Level(model.features),
        );
        if (asIs.length > 0) {
          expect(asIs.map(({ model }) => model.name)).toContain(plain?.cpuType);
          const own = withoutTsx(plain?.features ?? new Set());
          expect(asIs.filter(({ features }) => exceeds(withoutTsx(features), own))).toEqual([]);
        }
        if (soft.length > 0) {
          const own = recommended?.comparable ?? new Set();
          expect(soft.filter(({ features }) => exceeds(withoutTsx(features), own))).toEqual([]);
          const promised = [...(recommended?.features ?? ['nothing'])];
          expect(promised.filter((name) => sets.some((set) => !set.has(name)))).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('does not depend on the order of hosts, nor on how often one is there', () => {
    fc.assert(
      fc.property(cluster, (sets) => {
        const forward = answerFor(sets);
        expect(answerFor([...sets].reverse())).toEqual(forward);
        expect(answerFor([...sets, ...sets])).toEqual(forward);
      }),
      { numRuns: 100 },
    );
  });

  test('is never improved by one more host, nor worsened by one less', () => {
    fc.assert(
      fc.property(cluster, hostFeatures, (sets, another) => {
        const fewer = answerFor(sets);
        const more = answerFor([...sets, another]);
        const [small, large] = [more.recommended?.comparable, fewer.recommended?.comparable];
        expect(exceeds(small ?? new Set(), large ?? new Set())).toBe(false);
        const [plainSmall, plainLarge] = [more.plain?.features, fewer.plain?.features];
        const [a, b] = [plainSmall ?? new Set<string>(), plainLarge ?? new Set<string>()];
        expect(exceeds(withoutTsx(a), withoutTsx(b))).toBe(false);
        if (more.recommended) expect(fewer.recommended).not.toBe(null);
      }),
      { numRuns: 200 },
    );
  });

  test('is never better for a model whose verdict is not known', () => {
    fc.assert(
      fc.property(cluster, fc.subarray(models, { maxLength: 40 }), (sets, unsaid) => {
        const hosts = sets.map((set) => hostWith(set));
        const names = new Set(unsaid.map(({ name }) => name));
        const vague = hosts.map((host) => ({ ...host, verdicts: withUnknown(host, names) }));
        const sure = recommend(hosts, 'GenuineIntel').recommended?.comparable;
        const { recommended } = recommend(vague, 'GenuineIntel');
        expect(exceeds(recommended?.comparable ?? new Set(), sure ?? new Set())).toBe(false);
        const base = recommended?.base ?? '';
        for (const host of vague) expect(host.verdicts.get(base)?.verdict).not.toBe('unknown');
      }),
      { numRuns: 100 },
    );
  });

  test('is of no vendor for hosts of several, and says so by its base', () => {
    const everything = new Set(allFeatures);
    const hosts = [hostWith(everything), hostWith(everything, 'AuthenticAMD')];
    const { plain, recommended } = lastResort(hosts);
    expect(plain?.cpuType).toBe('kvm64-v1');
    expect(recommended?.level).toBe(4);
  });

  test('takes a deprecated model only when nothing else but a generic one runs', () => {
    const nehalem = models.find(({ name }) => name === 'Nehalem-v2')?.features ?? new Set<string>();
    const host = hostWith(nehalem);
    const all = new Set(['Nehalem-v1', 'Nehalem-v2', 'Penryn-v1', 'Conroe-v1']);
    const deprecated = (names: Set<string>) => ({ ...host, deprecated: names });
    const best = (names: Set<string>) =>
      recommend([deprecated(names)], 'GenuineIntel').recommended?.base;
    expect(best(new Set())).toBe('Nehalem-v2');
    expect(best(new Set(['Nehalem-v2']))).toBe('Nehalem-v1');
    expect(best(all)).toBe('Nehalem-v2');
  });

  test('is a legacy model where nothing else runs at all', () => {
    const pentium =
      models.find(({ name }) => name === 'pentium3-v1')?.features ?? new Set<string>();
    expect(
      recommend([hostWith(pentium, 'AuthenticAMD')], 'AuthenticAMD').recommended,
    ).toMatchObject({
      cpuType: 'pentium3-v1,enforce',
      level: 0,
    });
    expect(recommend([hostWith(new Set())], 'GenuineIntel').recommended).toBe(null);
  });
});

function withUnknown(host: HostModels, names: ReadonlySet<string>): HostModels['verdicts'] {
  const vague = new Map(host.verdicts);
  for (const name of names) {
    const verdict = vague.get(name);
    if (verdict?.verdict === 'runnable') {
      vague.set(name, { ...verdict, verdict: 'unknown', unknown: ['avx'] });
    }
  }
  return vague;
}

/** Of our own, so that a mistake in the code under test is not made here too. */
function exceeds(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const beyond = [...a].filter((name) => !b.has(name));
  const lacked = [...b].filter((name) => !a.has(name));
  return beyond.length > 0 && lacked.length === 0;
}

function withoutTsx(features: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...features].filter((name) => name !== 'hle' && name !== 'rtm'));
}
