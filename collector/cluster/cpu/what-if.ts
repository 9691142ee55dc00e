import { exceeds, withoutTsx } from '../../../shared/cpu/candidates.ts';
import { type CpuTypeAnswer, type CpuTypeInput, cpuTypeAnswer } from '../cpu-type.ts';
import type { NodeEvidence } from './evidence.ts';
import type { GroupAnswer } from './group-answer.ts';

export interface Change {
  without: readonly string[];
  joining: readonly NodeEvidence[];
}

/** What a change does to one group's answer. */
export interface Effect {
  group: string;
  vendor: string | null;
  before: string | null;
  after: string | null;
  /** `better` and `worse` by what guests get; `lost`: there is no answer any more */
  effect: 'same' | 'better' | 'worse' | 'different' | 'new' | 'lost' | 'undecided';
}

export interface WhatIf {
  before: CpuTypeAnswer;
  after: CpuTypeAnswer;
  effects: Effect[];
}

/** The answer without some nodes and with others: what retiring or joining them would do. */
export function whatIf(input: CpuTypeInput, change: Change): WhatIf {
  const joined = new Set(change.joining.map((one) => one.node));
  const leaving = new Set(change.without);
  const staying = input.nodes.filter(({ node }) => !leaving.has(node) && !joined.has(node));
  const before = cpuTypeAnswer(input);
  const after = cpuTypeAnswer({ ...input, nodes: [...staying, ...change.joining] });
  return { before, after, effects: effectsOf(before, after) };
}

function effectsOf(before: CpuTypeAnswer, after: CpuTypeAnswer): Effect[] {
  const keyOf = ({ group, vendor }: GroupAnswer) => `${group}/${vendor}`;
  const earlier = new Map(before.groups.map((group) => [keyOf(group), group]));
  const later = new Map(after.groups.map((group) => [keyOf(group), group]));
  return [...new Set([...earlier.keys(), ...later.keys()])].sort().flatMap((key) => {
    const [one, other] = [earlier.get(key), later.get(key)];
    const { group, vendor } = one ?? other ?? {};
    if (group === undefined || vendor === undefined) return [];
    const names = { before: cpuTypeOf(one), after: cpuTypeOf(other) };
    return [{ group, vendor, ...names, effect: effectOf(one, other) }];
  });
}

function cpuTypeOf(group: GroupAnswer | undefined): string | null {
  return group?.recommended?.cpuType ?? null;
}

function effectOf(before: GroupAnswer | undefined, after: GroupAnswer | undefined) {
  if (after?.state === 'undecided' || before?.state === 'undecided') return 'undecided';
  const [one, other] = [before?.recommended, after?.recommended];
  if (!other) return one ? 'lost' : 'same';
  if (!one) return 'new';
  const [gets, got] = [withoutTsx(other.features), withoutTsx(one.features)];
  if (exceeds(gets, got)) return 'better';
  if (exceeds(got, gets)) return 'worse';
  return one.cpuType === other.cpuType ? 'same' : 'different';
}
