import type { InstallPlan, InstallStep } from '../install-plan.ts';
import { headOf, restsText, whereOf } from './install-plan.ts';
import { escaped } from './markdown.ts';
import { visible } from './safe.ts';

/** The plan as a document: a heading for each step, its lines in a block to copy. */
export function planMarkdown(plan: InstallPlan): string {
  const lines = [
    `# ${escaped(headOf(plan))}`,
    ...plan.steps.flatMap((step) => ['', ...sectionOf(step)]),
    ...(plan.notes.length > 0 ? [''] : []),
    ...plan.notes.map((note) => `- ${escaped(note)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function sectionOf(step: InstallStep): string[] {
  const { number, title, state, held, reason, shell, result, restsOn } = step;
  const rests = restsText(restsOn);
  const mark = { run: '', done: ' (done)', held: ' (held back)' }[state];
  const commands = state === 'run' ? shell : shell.map((line) => `# ${visible(line)}`);
  return [
    `## ${number}. ${escaped(title)}${mark}`,
    '',
    `${escaped(whereOf(step))}: ${escaped(reason)}.`,
    ...(held === null
      ? []
      : ['', `**Held back (${held.by})**: ${escaped(held.reason)}. ${escaped(held.needs)}.`]),
    ...(rests === '' ? [] : ['', `Rests on ${escaped(rests)}.`]),
    ...block('sh', commands),
    ...(result.length === 0 ? [] : ['', 'The file then says:', ...block('', result.map(visible))]),
  ];
}

function block(language: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const fence = '`'.repeat(Math.max(3, ...lines.map((line) => longestTicks(line) + 1)));
  return ['', `${fence}${language}`, ...lines, fence];
}

function longestTicks(line: string): number {
  return Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
}
