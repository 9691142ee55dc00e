import { expect, test } from 'vitest';
import { type KnownKind, known } from '../../../collector/cluster/cpu/evidence.ts';
import { latticeOf } from '../../../collector/cluster/cpu/lattice.ts';
import { cpuTypeAnswer } from '../../../collector/cluster/cpu-type.ts';
import { exceeds, withoutTsx } from '../../../shared/cpu/candidates.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { featuresOf, type NodeSketch, provenNode, silentNode } from './cpu-nodes.ts';

const skylake: NodeSketch = { like: 'Skylake-Server-v2' };
const broadwell: NodeSketch = { cpu: [6, 79, 1], like: 'Broadwell-v4' };

function latticeFor(sketches: Record<string, NodeSketch | null>) {
  const nodes = Object.entries(sketches).map(([name, sketch]) =>
    sketch === null ? silentNode(name) : provenNode(name, sketch),
  );
  const { groups, kinds } = cpuTypeAnswer({ nodes, policy: defaultPolicy() });
  const [group] = groups;
  if (group === undefined) throw new Error('no group');
  const own: KnownKind[] = known(kinds);
  return { group, lattice: latticeOf(group, own) };
}

test('while a node is not known there is no answer, and no lattice round it', () => {
  expect(latticeFor({ a: skylake, b: null }).lattice).toBeNull();
});

test.each<[string, Record<string, NodeSketch>, string]>([
  ['one kind', { a: skylake }, 'Skylake-Server-v4'],
  ['two kinds', { a: skylake, b: broadwell }, 'Broadwell-v4'],
])('of %s the answer is the one that is chosen', (_, sketches, chosen) => {
  const models = latticeFor(sketches).lattice?.models ?? [];
  expect(models.filter(({ state }) => state === 'chosen').map(({ name }) => name)).toEqual([
    chosen,
  ]);
  expect(new Set(models.map(({ name }) => name)).size).toBe(models.length);
});

test('what stops a better model is told at it by node; what runs is stopped by nothing', () => {
  const { group, lattice } = latticeFor({ new: skylake, old: broadwell });
  const blocked = lattice?.models.filter(({ state }) => state === 'blocked') ?? [];
  expect(blocked.map(({ name, stops }) => [name, stops])).toEqual(
    group.blockers.map(({ model, stops }) => [model, stops]),
  );
  const next = blocked.find(({ name }) => name.startsWith('Skylake-Server'));
  expect(next?.stops.map(({ nodes }) => nodes)).toEqual([['old']]);
  const others = lattice?.models.filter(({ state }) => state !== 'blocked') ?? [];
  expect(others.flatMap(({ stops }) => stops)).toEqual([]);
});

test('an edge goes up to a model that offers more, and over none between', () => {
  const { lattice } = latticeFor({ new: skylake, old: broadwell });
  const { models = [], edges = [] } = lattice ?? {};
  expect(edges.length).toBeGreaterThanOrEqual(models.length - 1);
  for (const { lower, upper } of edges) {
    const [less, more] = [lower, upper].map((name) => withoutTsx(featuresOf(name)));
    if (!less || !more) throw new Error('two models');
    expect([lower, upper, exceeds(more, less)]).toEqual([lower, upper, true]);
    const through = edges.some(
      (one) =>
        one.lower === lower && edges.some((two) => two.lower === one.upper && two.upper === upper),
    );
    expect([lower, upper, through]).toEqual([lower, upper, false]);
  }
});
