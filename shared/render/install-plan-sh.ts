import { shellWord } from '../cpu/cpu-type.ts';
import { exitCodes } from '../exit.ts';
import type { InstallPlan, InstallStep } from '../install-plan.ts';
import { commented, headOf, printed, stepLines } from './install-plan.ts';
import { visible } from './safe.ts';

/**
 * One script for all nodes: on each it does what is for that node. A shell reads the whole of it
 * before it runs any of it, so that no command eats lines that were pasted behind it.
 */
export function planScript(plan: InstallPlan): string {
  const { nodes, master } = plan;
  const order = master === null ? '' : `, ${visible(master)} last`;
  return [
    '#!/bin/sh',
    commented(headOf(plan)),
    `# As root on every node${order}: it does there what is for that node, and can be run again.`,
    '(',
    'set -eu',
    "step='the start'",
    'trap \'[ $? -eq 0 ] || printf "muster plan: stopped at %s\\n" "$step" >&2\' EXIT',
    'case $(hostname --fqdn) in',
    ...nodes.flatMap((node) => branchOf(node, plan)),
    '*)',
    "  step='this host, which is no node of the plan'",
    `  exit ${exitCodes.usage}`,
    '  ;;',
    'esac',
    ')',
    ...plan.notes.map((note) => commented(`note: ${note}`)),
    '',
  ].join('\n');
}

function branchOf(node: string, { steps }: InstallPlan): string[] {
  const own = steps.filter(({ nodes, state }) => nodes.includes(node) && state !== 'done');
  const held = own.filter(({ held: why }) => why !== null && why.by !== 'warn');
  const code = held.some((step) => step.held?.by === 'fail') ? 'closed' : 'undecided';
  const numbers = held.map(({ number }) => number).join(', ');
  const end =
    held.length === 0
      ? ['echo "muster plan: nothing is left to do on this node"']
      : [`step=${shellWord(`what is held back: ${numbers}`)}`, `exit ${exitCodes[code]}`];
  return [
    `${pattern(node)})`,
    ...[...own.flatMap(scriptLines), ...end].map((line) => `  ${line}`),
    '  ;;',
  ];
}

/** Quoted, a pattern of `case` is nothing but itself. */
function pattern(node: string): string {
  return `'${visible(node).replaceAll("'", "'\\''")}'`;
}

function scriptLines(step: InstallStep): string[] {
  const lines = stepLines(step);
  const comments = lines.filter(({ live }) => !live).map(printed);
  if (step.state !== 'run') return comments;
  const name = shellWord(`step ${step.number}, ${visible(step.title)}`);
  return [...comments, `step=${name}`, ...lines.filter(({ live }) => live).map(printed)];
}
