import type { PlainChoice, Recommendation } from '../../../shared/cpu/recommend.ts';
import type { ModelVerdict } from '../../../shared/cpu/runnable.ts';
import type { CpuTypeAnswer } from '../cpu-type.ts';
import type { ApplyCommands } from './commands.ts';
import type { Kind } from './evidence.ts';
import type { GroupAnswer, LastResort } from './group-answer.ts';

/** The answer as scripts read it: sets as sorted lists, the matrix by node and model. */
export function cpuTypeJson(answer: CpuTypeAnswer) {
  return {
    schema: answer.schema,
    nodes: answer.nodes,
    groups: answer.groups.map(groupJson),
    lastResort: answer.lastResort && lastResortJson(answer.lastResort),
    matrix: matrixOf(answer.kinds),
  };
}

export type CpuTypeJson = ReturnType<typeof cpuTypeJson>;

function groupJson(group: GroupAnswer) {
  const { recommended, plain, ...rest } = group;
  return { ...rest, ...choiceJson(recommended, plain) };
}

function lastResortJson(last: LastResort) {
  return { supported: false, ...last, ...choiceJson(last.recommended, last.plain) };
}

function choiceJson(
  recommended: (Recommendation & { commands: ApplyCommands }) | null,
  plain: PlainChoice | null,
) {
  return {
    recommended: recommended && recommendedJson(recommended),
    plain: plain && { ...plain, features: [...plain.features].sort() },
  };
}

function recommendedJson({ comparable: _, ...rest }: Recommendation & { commands: ApplyCommands }) {
  return { ...rest, features: [...rest.features].sort() };
}

/** Nodes of one kind share the object: ten thousand of them cost no more than their kinds. */
function matrixOf(kinds: readonly Kind[]): Record<string, Record<string, ModelVerdict>> {
  const rows = kinds.flatMap(({ nodes, models }) => {
    const row = models.evidence === 'none' ? {} : Object.fromEntries(models.verdicts);
    return nodes.map((node) => [node, row] as const);
  });
  return Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
}
