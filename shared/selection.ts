import { CommandError } from './exit.ts';
import { globMatches, isGlob } from './glob.ts';
import { nearest } from './nearest.ts';
import { counted } from './wording.ts';

/** What the command line says of the checks to ask: ids or globs. */
export interface Selection {
  select?: readonly string[];
  skip?: readonly string[];
}

/** A question narrowed by `--select` and `--skip`, and the checks it therefore does not ask. */
export interface Narrowing {
  select: string[];
  skip: string[];
  /** the ids of the checks left out, in the order of the checks */
  leftOut: string[];
}

/** The checks that a selection chooses from. */
export interface Selectable {
  /** every check there is; what names none of them is a mistake */
  known: readonly string[];
  /** those that the whole question asks */
  asked: readonly string[];
  /** of these, those about the answer itself: no `--select` leaves them out */
  standing: readonly string[];
  /** of these, those that nothing leaves out */
  fixed?: readonly string[];
}

/** What `--help` says of `--select` and `--skip`. */
export const selectHelp = 'ask only these checks, by id or glob such as "cpu.*" (repeatable)';
export const skipHelp = 'leave these checks out, by id or glob; the answer says so (repeatable)';

/** What the selection leaves out; null without one. A name that means no check is an error. */
export function narrow(selection: Selection, checks: Selectable): Narrowing | null {
  const { select = [], skip = [] } = selection;
  const { known, asked, standing, fixed = [] } = checks;
  refuseUnknown('--select', select, known);
  refuseUnknown('--skip', skip, known);
  const needed = skip.find((pattern) => fixed.includes(pattern));
  if (needed !== undefined) {
    throw new CommandError('usage', `--skip: ${needed} is part of every answer`);
  }
  if (select.length === 0 && skip.length === 0) return null;
  const selected = (id: string) =>
    select.length === 0 || standing.includes(id) || matchesSome(select, id);
  const leftOut = asked.filter(
    (id) => !fixed.includes(id) && (!selected(id) || matchesSome(skip, id)),
  );
  return { select: [...select], skip: [...skip], leftOut };
}

/** `5 checks left out by --skip`; null when nothing was. */
export function leftOutWords(narrowed: Narrowing | undefined): string | null {
  if (narrowed === undefined || narrowed.leftOut.length === 0) return null;
  const { select, skip, leftOut } = narrowed;
  const options = [select.length > 0 ? '--select' : '', skip.length > 0 ? '--skip' : ''];
  const named = options.filter((option) => option !== '').join(' and ');
  return `${counted(leftOut.length, 'check')} left out by ${named}`;
}

/** What is wrong with an id or glob that none of `ids` answers to; null when one does. */
export function unknownPattern(pattern: string, ids: readonly string[]): string | null {
  if (matchesOne(pattern, ids)) return null;
  if (isGlob(pattern)) return 'expected a glob that some check answers to';
  const near = nearest(pattern, ids);
  const hint = near === null ? '"muster checks" lists them' : `did you mean "${near}"?`;
  return `no such check (${hint})`;
}

function refuseUnknown(option: string, patterns: readonly string[], known: readonly string[]) {
  for (const pattern of patterns) {
    const wrong = unknownPattern(pattern, known);
    if (wrong !== null) throw new CommandError('usage', `${option}: ${pattern}: ${wrong}`);
  }
}

function matchesSome(patterns: readonly string[], id: string): boolean {
  return patterns.some((pattern) => globMatches(pattern, id));
}

function matchesOne(pattern: string, ids: readonly string[]): boolean {
  return ids.some((id) => globMatches(pattern, id));
}
