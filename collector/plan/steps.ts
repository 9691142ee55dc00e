import { canonicalJson } from '../../shared/canonical.ts';
import type { Held, InstallStep, Rest } from '../../shared/install-plan.ts';
import { shellOf } from '../../shared/shell.ts';
import { kinds } from './draft.ts';
import { isPreparing, type Judged } from './holding.ts';

/** What several nodes do alike is one step; the others keep their own, all in order. */
export function numberedSteps(judged: readonly Judged[], nodeCount: number): InstallStep[] {
  const merged = new Map<string, Judged[]>();
  for (const [index, one] of judged.entries()) {
    const key = isPreparing(one.draft.kind) ? likeness(one) : String(index);
    merged.set(key, [...(merged.get(key) ?? []), one]);
  }
  const numbers = new Map<Judged, number>();
  const groups = [...merged.values()];
  for (const [index, group] of groups.entries()) {
    for (const one of group) numbers.set(one, index + 1);
  }
  return groups.flatMap((group, index) => {
    const step = stepOf(group, (one) => numbers.get(one) ?? 0);
    if (step === null) return [];
    const on = !isPreparing(step.kind) ? 'master' : step.nodes.length < nodeCount ? 'some' : 'each';
    return [{ ...step, number: index + 1, on }];
  });
}

function likeness({ draft: { kind, lines, result = [], reason, done = false }, own }: Judged) {
  return canonicalJson([kind, lines, result, reason, done, own]);
}

function stepOf(
  group: readonly Judged[],
  numberOf: (one: Judged) => number,
): Omit<InstallStep, 'number' | 'on'> | null {
  const [first] = group;
  if (first === undefined) return null;
  const { draft, own, by } = first;
  const { kind, lines, result = [], reason, done = false, of } = draft;
  const waitsFor = [...new Set(first.waitsFor.map(numberOf))].sort((a, b) => a - b);
  const held: Held | null = own ?? (by && waiting(by, waitsFor));
  const { title } = kinds[kind];
  return {
    kind,
    title: of === undefined ? title : `${title} ${of}`,
    nodes: [...new Set(group.map((one) => one.draft.node))],
    state: done ? 'done' : held ? 'held' : 'run',
    held,
    waitsFor,
    lines,
    shell: lines.map(shellOf),
    result,
    reason,
    restsOn: distinct(group.flatMap(({ restsOn }) => restsOn)),
  };
}

function waiting(by: Held['by'], numbers: readonly number[]): Held {
  const noun = numbers.length === 1 ? 'step' : 'steps';
  return { by, reason: `waits for ${noun} ${numbers.join(', ')}`, needs: 'see there' };
}

function distinct(rests: readonly Rest[]): Rest[] {
  return [...new Map(rests.map((rest) => [canonicalJson(rest), rest])).values()];
}
