import type { Answer } from '../answer.ts';
import type { GateNode } from '../gate.ts';
import { countsOf } from './counts.ts';
import { type Fold, foldFindings } from './folding.ts';
import { headlineOf, isNotable, oldestFacts, waiverWords } from './headline.ts';
import { visible } from './safe.ts';

/** The first line is what a pager shows. */
const FIRST_LINE_MAX = 240;
/** Nagios and Naemon keep 8 KiB of a plugin's output, NRPE's first packet less than 4. */
const OUTPUT_MAX = 4000;
/** One endless message must not hide the others. */
const LINE_MAX = 600;

/**
 * What a monitoring plugin prints: the state and the worst finding in the first line, performance
 * data after its bar, then the rest, worst first, as much as monitoring keeps.
 */
export function renderNagios(answer: Answer): string {
  const folds = foldFindings(answer.findings.filter(isNotable));
  const [worst] = folds;
  const head = `MUSTER ${stateOf(answer)} - ${headlineOf(answer)}`;
  const first = worst === undefined || worst.waived !== null ? head : `${head}; ${lineOf(worst)}`;
  const line = shortened(plain(first), FIRST_LINE_MAX);
  return `${line} | ${performance(answer)}\n${longOutput(folds)}`;
}

type NagiosState = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';

/** In step with the exit code: with this format a warning ends in 1. */
function stateOf({ state, findings }: Answer): NagiosState {
  if (state === 'closed') return 'CRITICAL';
  if (state === 'undecided') return 'UNKNOWN';
  return countsOf(findings).warn > 0 ? 'WARNING' : 'OK';
}

/** `label=value[unit];warn;crit;min`: above 0 warnings is a warning, above 0 failures critical. */
function performance(answer: Answer): string {
  const { fail, unknown, warn, waived, pass, skip } = countsOf(answer.findings);
  return [
    `failures=${fail};;0;0`,
    `unknown=${unknown};;;0`,
    `warnings=${warn};0;;0`,
    `waived=${waived};;;0`,
    `passed=${pass};;;0`,
    `skipped=${skip};;;0`,
    ...(answer.kind === 'gate' ? ages(answer.nodes) : []),
  ].join(' ');
}

function ages(nodes: readonly GateNode[]): string[] {
  const members = nodes.filter((node) => node.expected);
  const fresh = members.filter((node) => node.freshness === 'fresh').length;
  const oldest = oldestFacts(nodes);
  return [
    `nodes_fresh=${fresh};;;0;${members.length}`,
    // U is the plugin interface's word for a value that could not be had
    `oldest_age=${oldest === null ? 'U' : `${Math.max(0, Math.round(oldest.ageMs / 1000))}s;;;0`}`,
  ];
}

function longOutput(folds: readonly Fold[]): string {
  const lines = folds.map((fold) => shortened(plain(detailOf(fold)), LINE_MAX));
  let length = 0;
  const shown = lines.filter((line) => {
    length += line.length + 1;
    return length <= OUTPUT_MAX;
  });
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].map((line) => `${line}\n`).join('');
}

function detailOf(fold: Fold): string {
  const { verdict, remedy, waived } = fold;
  if (waived !== null) return `WAIVED ${lineOf(fold)}; waived ${waiverWords(waived)}`;
  const line = `${verdict.toUpperCase()} ${lineOf(fold)}`;
  return remedy === null ? line : `${line}; fix: ${remedy}`;
}

function lineOf({ checks, nodes, sentence }: Fold): string {
  const others = nodes.length > 1 ? ` and ${nodes.length - 1} more` : '';
  const more = checks.length > 1 ? ` (+${checks.length - 1})` : '';
  return `${checks[0] ?? ''}${more} ${nodes[0] ?? 'cluster'}${others}: ${sentence}`;
}

/** A bar would begin performance data, and `<` a tag on pages that do not escape. */
function plain(text: string): string {
  const substitutes: Record<string, string> = { '|': '¦', '<': '‹', '>': '›' };
  return visible(text.replaceAll(/[\r\n]+/g, ' ')).replaceAll(
    /[|<>]/g,
    (character) => substitutes[character] ?? '',
  );
}

function shortened(text: string, max: number): string {
  const characters = [...text];
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}
