import type { InstallPlan, InstallStep, Rest } from '../install-plan.ts';
import { counted } from '../wording.ts';
import { visible } from './safe.ts';

/** Where the lines of a step run, in words. */
export function whereOf({ on, nodes }: InstallStep): string {
  if (on === 'master') return `on the master, ${nodes.join(', ')}`;
  return `on ${on === 'each' ? 'each node' : nodes.join(', ')}`;
}

/** What the plan as a whole is, in one line. */
export function headOf({ cluster, state, steps }: InstallPlan): string {
  const count = (wanted: InstallStep['state']) =>
    steps.filter((step) => step.state === wanted).length;
  const words = { open: 'every line is free', closed: 'held back', undecided: 'undecided' };
  const told = `${count('run')} to run, ${count('done')} done, ${count('held')} held back`;
  return `plan for ${cluster ?? 'a cluster without a name'}: ${words[state]}; ${told}`;
}

/** The checks that a step rests on, each with its nodes. */
export function restsText(rests: readonly Rest[]): string {
  const byCheck = new Map<string, Set<string>>();
  for (const { check, node } of rests) {
    const nodes = byCheck.get(check) ?? new Set();
    byCheck.set(check, nodes.add(node ?? 'cluster'));
  }
  return [...byCheck].map(([check, nodes]) => `${check} (${namesOf([...nodes])})`).join('; ');
}

const NAMES_MAX = 2;

function namesOf(nodes: readonly string[]): string {
  return nodes.length > NAMES_MAX ? counted(nodes.length, 'node') : nodes.join(', ');
}

/** A line of the output: one for the shell stands as it is, all else is a comment. */
export interface ShownLine {
  text: string;
  live: boolean;
}

/** The plan as a person reads it; every line that does not begin with # can be pasted. */
export function planText(plan: InstallPlan, { verbose }: { verbose: boolean }): string {
  const shown = plan.steps.filter(({ state }) => verbose || state !== 'done');
  const lines = [
    commented(headOf(plan)),
    ...shown.flatMap((step) => ['', ...stepLines(step).map(printed)]),
    ...(plan.notes.length > 0 ? [''] : []),
    ...plan.notes.map((note) => commented(`note: ${note}`)),
  ];
  return `${lines.join('\n')}\n`;
}

/** A line as a shell can be given it. */
export function printed({ text, live }: ShownLine): string {
  return live ? text : commented(text);
}

/** A comment of the shell, of one line whatever is in it. */
export function commented(text: string): string {
  return `# ${visible(text)}`;
}

/** All that is told of one step, and its lines; those of a held step are not live. */
export function stepLines(step: InstallStep): ShownLine[] {
  const { number, title, state, held, reason, shell, result, restsOn } = step;
  const rests = restsText(restsOn);
  const about = [
    `${number}. ${title}, ${whereOf(step)}${state === 'done' ? ': done' : ''}`,
    ...(state === 'done' ? [] : [`   ${reason}`]),
    ...(rests === '' ? [] : [`   [${rests}]`]),
    ...(held === null ? [] : [`   held back (${held.by}): ${held.reason}`, `   ${held.needs}`]),
  ];
  const isLive = state === 'run';
  const then = result.length === 0 ? [] : ['   the file then says:'];
  return [
    ...about.map(told),
    ...shell.map((line) => ({ text: isLive ? line : `   | ${line}`, live: isLive })),
    ...[...then, ...result.map((line) => `   : ${line}`)].map(told),
  ];
}

function told(text: string): ShownLine {
  return { text, live: false };
}
