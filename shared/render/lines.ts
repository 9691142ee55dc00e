import { listed } from '../wording.ts';
import type { Fold } from './folding.ts';
import { stateWord } from './paint.ts';
import { visible } from './safe.ts';

const COLUMNS = 100;
const STATE_WIDTH = 'UNKNOWN'.length;
/** A name longer than this runs over its column rather than push every sentence to the right. */
const COLUMN_MAX = 34;
const INDENT = ' '.repeat(STATE_WIDTH + 2);

export interface LineOptions {
  color: boolean;
  /** all nodes in question: a fold over every one of them says so instead of naming them */
  members: readonly string[];
  /** why a check matters; given: it is printed */
  why?: (check: string) => string | undefined;
}

/** `STATE  check  node  sentence` for each fold, aligned, with what to do about it below. */
export function findingLines(folds: readonly Fold[], options: LineOptions): string[] {
  const rows = folds.map((fold) => ({
    fold,
    check: visible(checkColumn(fold)),
    node: visible(nodeColumn(fold, options.members)),
  }));
  const checkWidth = columnWidth(rows.map((row) => row.check));
  const nodeWidth = columnWidth(rows.map((row) => row.node));
  return rows.flatMap(({ fold, check, node }) => [
    [
      stateWord(fold.verdict, STATE_WIDTH, options.color),
      check.padEnd(checkWidth),
      node.padEnd(nodeWidth),
      visible(fold.sentence),
    ].join('  '),
    ...detailLines(fold, options),
  ]);
}

/** A text under its label, indented below the state words and wrapped. */
export function wrapped(label: string, text: string): string[] {
  const prefix = `${INDENT}${label} `;
  const lines: string[] = [];
  let line = prefix;
  for (const word of visible(text).split(' ')) {
    const empty = line.length === prefix.length;
    if (!empty && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = ' '.repeat(prefix.length) + word;
    } else line += empty ? word : ` ${word}`;
  }
  return [...lines, line];
}

function detailLines(fold: Fold, { members, why }: LineOptions): string[] {
  const [first = '', ...others] = fold.checks;
  const reason = fold.verdict === 'pass' ? undefined : why?.(first);
  return [
    ...(fold.nodes.length > 1 && !isEvery(fold, members)
      ? wrapped('on:', listAll(fold.nodes))
      : []),
    ...(others.length > 0 ? wrapped('also:', listAll(others)) : []),
    ...(fold.remedy === null ? [] : wrapped('fix:', fold.remedy)),
    ...(reason === undefined ? [] : wrapped('why:', reason)),
  ];
}

function checkColumn({ checks }: Fold): string {
  const more = checks.length > 1 ? ` +${checks.length - 1}` : '';
  return `${checks[0] ?? ''}${more}`;
}

function nodeColumn(fold: Fold, members: readonly string[]): string {
  if (fold.nodes.length === 0) return 'cluster';
  if (fold.nodes.length === 1) return listed(fold.nodes);
  return isEvery(fold, members) ? `all ${members.length} nodes` : `${fold.nodes.length} nodes`;
}

function isEvery({ nodes }: Fold, members: readonly string[]): boolean {
  return members.length > 1 && members.every((member) => nodes.includes(member));
}

function listAll(names: readonly string[]): string {
  return names.join(', ');
}

function columnWidth(values: readonly string[]): number {
  return Math.max(0, ...values.map((value) => value.length).filter((one) => one <= COLUMN_MAX));
}
