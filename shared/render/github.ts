import type { Answer } from '../answer.ts';
import { listed } from '../wording.ts';
import { type Fold, foldFindings } from './folding.ts';
import { headlineOf, isNotable, waiverWords } from './headline.ts';
import { visible } from './safe.ts';

/**
 * Workflow commands: an annotation for each thing said, worst first, as GitHub shows ten of a kind
 * in a step. Every line is a command, so that no message can be one.
 */
export function renderGithub(answer: Answer): string {
  const folds = foldFindings(answer.findings.filter(isNotable));
  const level = answer.state === 'open' ? 'notice' : 'error';
  const head = command(level, 'Muster', [headlineOf(answer)]);
  return [head, ...folds.map(annotation)].map((line) => `${line}\n`).join('');
}

function annotation(fold: Fold): string {
  const { verdict, checks, nodes, sentence, remedy, waived } = fold;
  const place = nodes.length === 0 ? 'cluster' : listed(nodes);
  const [first = '', ...others] = checks;
  const word = waived === null ? verdict : `waived ${verdict}`;
  return command(levelOf(fold), `${word}: ${first} on ${place}`, [
    sentence,
    ...(others.length > 0 ? [`also: ${others.join(', ')}`] : []),
    ...(waived === null ? [] : [`waived ${waiverWords(waived)}`]),
    ...(remedy === null ? [] : [`fix: ${remedy}`]),
  ]);
}

function levelOf({ verdict, waived }: Fold): Level {
  if (waived !== null) return 'notice';
  return verdict === 'warn' ? 'warning' : 'error';
}

type Level = 'notice' | 'warning' | 'error';

function command(level: Level, title: string, lines: readonly string[]): string {
  const message = escapeData(lines.map(visible).join('\n'));
  return `::${level} title=${escapeProperty(visible(title))}::${message}`;
}

/** What the runner undoes in a message. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** In a property also what would end it. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
