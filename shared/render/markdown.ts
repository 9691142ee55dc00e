import type { Answer } from '../answer.ts';
import type { Verdict } from '../check.ts';
import { formatDuration } from '../units.ts';
import { countsOf, tally } from './counts.ts';
import { type Fold, foldCauses, foldFindings, followWords } from './folding.ts';
import { isNotable, leftOutClause, oldestFacts, topicOf, waiverWords } from './headline.ts';
import type { RenderOptions } from './render.ts';
import { visible } from './safe.ts';

/** GitHub's Markdown: the answer as heading, then a table of what speaks against it. */
export function renderMarkdown(answer: Answer, { verbose }: RenderOptions): string {
  const { state, title, at, findings, narrowed } = answer;
  const shown = verbose ? findings : findings.filter(isNotable);
  const blocks = [
    `## ${state.toUpperCase()}: ${escaped(topicOf(answer))}`,
    `${escaped(title)} As of ${escaped(at)}.`,
    table(foldCauses(shown).flatMap((fold) => rowsOf(fold, verbose))),
    `${tally(countsOf(findings))}${leftOutClause(narrowed)}; ${basis(answer)}`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function table(rows: readonly string[][]): string {
  if (rows.length === 0) return '';
  return [
    '| State | Check | Node | Finding |',
    '| --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

/** What only follows from a cause has rows of its own when every word is asked for. */
function rowsOf(fold: Fold, verbose: boolean): string[][] {
  const { follows, ...cause } = fold;
  if (follows === undefined || !verbose) return [cells(fold)];
  return [cells(cause), ...foldFindings(follows).map((one) => cells(one, '↳ '))];
}

function cells(fold: Fold, mark = ''): string[] {
  const { verdict, checks, nodes, sentence, remedy, waived, follows } = fold;
  const fix = remedy === null ? '' : `<br>**fix:** ${escaped(remedy)}`;
  const waiver = waived === null ? '' : `<br>**waived** ${escaped(waiverWords(waived))}`;
  const more = follows === undefined ? '' : `<br>${escaped(followWords(follows))}`;
  return [
    `${mark}${wordOf(verdict, waived !== null)}`,
    checks.map(escaped).join('<br>'),
    nodes.length === 0 ? 'cluster' : nodes.map(escaped).join('<br>'),
    `${escaped(sentence)}${waiver}${fix}${more}`,
  ];
}

function wordOf(verdict: Verdict, waived: boolean): string {
  if (waived) return `waived ${verdict}`;
  return verdict === 'pass' || verdict === 'skip' ? verdict : `**${verdict.toUpperCase()}**`;
}

function basis(answer: Answer): string {
  if (answer.kind === 'audit') return `policy: ${escaped(answer.policyOrigin)}`;
  const oldest = oldestFacts(answer.nodes);
  if (oldest === null) return 'no facts';
  const age = formatDuration(Math.max(0, oldest.ageMs));
  return `oldest facts ${age} old (${escaped(oldest.node)})`;
}

/** What Markdown or a table acts on inside a line; `$` begins a formula on GitHub. */
export function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', $: '&#36;' };
  return visible(text)
    .replaceAll(/[&<>$]/g, (character) => entities[character] ?? '')
    .replaceAll(/[\\`*_[\]|~]/g, (character) => `\\${character}`);
}
