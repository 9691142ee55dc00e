import { createHash } from 'node:crypto';
import {
  type Facts,
  type Outcome,
  type Report,
  type Section,
  sections,
} from '../../shared/report.ts';
import { factsApart, isNear } from '../../shared/volatile.ts';
import { listed } from '../../shared/wording.ts';
import { resting } from '../resting.ts';

/** 48 bits: of a million changes none is missed by chance. */
const DIGEST_LENGTH = 8;
/** Some 10 ms; a request that comes meanwhile waits no longer. */
const REPORTS_AT_ONCE = 32;

const known = new WeakMap<Report, string>();
/** Like nodes, and one report of a node after another, share the sections that say the same. */
const knownParts = new WeakMap<object, string>();

/**
 * What a report says of its node, volatile facts left out, in a line: of each section a digest that
 * does not ask in which order things are listed, with the numbers that need only be near.
 */
export function stateOf(report: Report): string {
  const before = known.get(report);
  if (before !== undefined) return before;
  const state = sections.flatMap((section) => partOf(section, report)).join(' ');
  known.set(report, state);
  return state;
}

/** Reads what reports say, in steps between which others have their turn. */
export async function readStates(reports: readonly Report[]): Promise<void> {
  const unread = reports.filter((report) => !known.has(report));
  const rest = resting();
  for (let from = 0; from < unread.length; from += REPORTS_AT_ONCE) {
    for (const report of unread.slice(from, from + REPORTS_AT_ONCE)) stateOf(report);
    await rest();
  }
}

/** Whether two states say the same. */
export function isSameState(one: string, other: string): boolean {
  return one === other || changedSections(one, other).length === 0;
}

/** The sections that two states tell differently. */
export function changedSections(one: string, other: string): string[] {
  const [before, after] = [partsOf(one), partsOf(other)];
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => !isSamePart(before.get(name), after.get(name)));
}

/** What changed, and how to see more of it. */
export function driftDetail(was: string, now: string): string[] {
  return [
    `other facts in: ${listed(changedSections(was, now))}`,
    'see the history of the node on its page; of two reports: muster diff BEFORE AFTER',
  ];
}

/** A short name of a state: the same one when a node comes back to it. */
export function nameOfState(state: string): string {
  return digestOf(state.replace(/~\S*/g, ''));
}

function partOf<S extends Section>(section: S, { sections: all }: Report): string[] {
  const outcomes: { [K in Section]?: Outcome<Facts[K]> | undefined } = all;
  const outcome = outcomes[section];
  if (outcome === undefined) return [];
  const part = knownParts.get(outcome) ?? textOf(section, outcome);
  knownParts.set(outcome, part);
  return [part];
}

function textOf<S extends Section>(section: S, outcome: Outcome<Facts[S]>): string {
  if (outcome.status === 'failed') return `${section}!${outcome.error.kind}`;
  const { exact, near } = factsApart(section, outcome.facts);
  const numbers = near.map(([value, tolerance]) => `~${value}@${tolerance}`);
  return `${section}=${digestOf(unorderedText(exact))}${numbers.join('')}`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, DIGEST_LENGTH);
}

/** As `muster diff` has it, what is listed in another order is the same. */
function unorderedText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  if (Array.isArray(value)) return `[${value.map(unorderedText).sort().join()}]`;
  const fields = Object.entries(value).map(([name, inner]) => {
    return inner === undefined ? '' : `${JSON.stringify(name)}:${unorderedText(inner)}`;
  });
  return `{${fields.sort().join()}}`;
}

function partsOf(state: string): Map<string, string> {
  const parts = state.split(' ').filter((part) => part !== '');
  return new Map(parts.map((part) => [part.split(/[=!]/, 1)[0] ?? part, part]));
}

function isSamePart(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined || one === other) return one === other;
  const [before, after] = [one.split('~'), other.split('~')];
  return (
    before.length === after.length &&
    before[0] === after[0] &&
    before.slice(1).every((number, index) => isSameNumber(number, after[index + 1] ?? ''))
  );
}

function isSameNumber(one: string, other: string): boolean {
  const [value, tolerance] = one.split('@').map(Number);
  const [otherValue] = other.split('@').map(Number);
  if (value === undefined || otherValue === undefined || tolerance === undefined) return false;
  return isNear(value, otherValue, tolerance);
}
