import type { Waived } from '../check.ts';
import { listed } from '../wording.ts';
import { type Fold, foldFindings, followWords } from './folding.ts';
import { stateWord, waivedWord } from './paint.ts';
import { visible } from './safe.ts';

const COLUMNS = 100;
const STATE_WIDTH = 'UNKNOWN'.length;
const WAIVED_WIDTH = 'FAIL WAIVED'.length;
/** A name longer than this runs over its column rather than push every sentence to the right. */
const COLUMN_MAX = 34;

export interface LineOptions {
  color: boolean;
  /** all nodes in question: a fold over every one of them says so instead of naming them */
  members: readonly string[];
  /** each finding that follows from another one in full, instead of how many there are */
  whole?: boolean;
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
  const stateWidth = folds.some(({ waived }) => waived !== null) ? WAIVED_WIDTH : STATE_WIDTH;
  const checkWidth = columnWidth(rows.map((row) => row.check));
  const nodeWidth = columnWidth(rows.map((row) => row.node));
  return rows.flatMap(({ fold, check, node }) => [
    [
      (fold.waived === null ? stateWord : waivedWord)(fold.verdict, stateWidth, options.color),
      check.padEnd(checkWidth),
      node.padEnd(nodeWidth),
      visible(fold.sentence),
    ].join('  '),
    ...details(fold, options).flatMap(([label, text]) =>
      wrapped(`${' '.repeat(stateWidth + 2)}${label} `, text),
    ),
    ...followLines(fold, options).map((line) => `${' '.repeat(stateWidth + 2)}${line}`),
  ]);
}

/** What follows from a cause: in full, its state word first again, or in one line. */
function followLines({ follows }: Fold, options: LineOptions): string[] {
  if (follows === undefined) return [];
  if (options.whole) return findingLines(foldFindings(follows), options);
  return wrapped('', `${followWords(follows)} (-v shows them)`);
}

/** A text after its prefix, wrapped, the later lines below the beginning of the first. */
function wrapped(prefix: string, text: string): string[] {
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

/** What stands below a finding, each text with its label. */
function details(fold: Fold, { members, why }: LineOptions): [label: string, text: string][] {
  const [first = '', ...others] = fold.checks;
  const some = fold.nodes.length > 1 && !isEvery(fold, members);
  const reason = fold.verdict === 'pass' ? undefined : why?.(first);
  const texts: [string, string | null | undefined][] = [
    ['on:', some ? listAll(fold.nodes) : null],
    ['also:', others.length > 0 ? listAll(others) : null],
    ['waived:', fold.waived === null ? null : waiverWords(fold.waived)],
    ['severity:', severityWords(fold)],
    ['fix:', fold.remedy],
    ['why:', reason],
  ];
  return texts.flatMap(([label, text]): [string, string][] => (text ? [[label, text]] : []));
}

function severityWords({ verdict, severity }: Fold): string | null {
  if (severity === undefined) return null;
  return `${verdict} by the policy (${severity.pattern}), ${severity.judged} by the check`;
}

function waiverWords({ owner, expires, reason }: Waived): string {
  return `by ${owner} until ${expires}: ${reason}`;
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
  if (members.length < 2 || nodes.length < members.length) return false;
  const held = new Set(nodes);
  return members.every((member) => held.has(member));
}

function listAll(names: readonly string[]): string {
  return names.join(', ');
}

function columnWidth(values: readonly string[]): number {
  return Math.max(0, ...values.map((value) => value.length).filter((one) => one <= COLUMN_MAX));
}
