import { type Facts, type Outcome, type Report, type Section, sections } from './report.ts';
import { sameFacts, stableFacts } from './volatile.ts';

/** One fact that two reports tell differently; null: the one does not tell it. */
export interface Drift {
  /** such as `volumeGroups[gnt].sizeBytes` */
  path: string;
  from: string | null;
  to: string | null;
}

/** What of one section is different. */
export interface SectionDrift {
  section: Section;
  drifts: Drift[];
}

/** Two reports beside each other. */
export interface Comparison {
  from: Pick<Report, 'node' | 'collectedAt'>;
  to: Pick<Report, 'node' | 'collectedAt'>;
  sections: SectionDrift[];
  /** sections of which it cannot be told, as they were not read in one of the two or in both */
  unread: Section[];
}

/** A report of a thousand changes was taken of another machine; nobody reads them. */
const DRIFTS_MAX = 200;
/** What tells one element of a list from another, as the facts have it; the first that serves. */
const KEYS = ['name', 'id', 'interface', 'device', 'address', 'path', 'slot', 'line'];

/** What changed from one report to another, volatile facts left out, in the order of sections. */
export function driftBetween(from: Report, to: Report): SectionDrift[] {
  return sections.flatMap((section) => {
    const drifts = sectionDrifts(section, from, to);
    return drifts.length === 0 ? [] : [{ section, drifts: drifts.slice(0, DRIFTS_MAX) }];
  });
}

/** The same, with what the reports are and with what cannot be compared. */
export function compareReports(from: Report, to: Report): Comparison {
  const isRead = (report: Report, section: Section) => outcomeOf(report, section)?.status === 'ok';
  return {
    from: { node: from.node, collectedAt: from.collectedAt },
    to: { node: to.node, collectedAt: to.collectedAt },
    sections: driftBetween(from, to),
    unread: sections.filter((section) => !isRead(from, section) || !isRead(to, section)),
  };
}

function sectionDrifts<S extends Section>(section: S, from: Report, to: Report): Drift[] {
  const [one, other] = [outcomeOf(from, section), outcomeOf(to, section)];
  if (one?.status === 'ok' && other?.status === 'ok') {
    if (sameFacts(section, one.facts, other.facts)) return [];
    return differences('', stableFacts(section, one.facts), stableFacts(section, other.facts));
  }
  const [before, after] = [statusOf(one), statusOf(other)];
  return before === after ? [] : [{ path: '', from: before, to: after }];
}

function outcomeOf<S extends Section>({ sections: all }: Report, section: S) {
  const outcomes: { [K in Section]?: Outcome<Facts[K]> | undefined } = all;
  return outcomes[section];
}

function statusOf(outcome: Outcome<unknown> | undefined): string {
  if (outcome === undefined) return 'not in the report';
  return outcome.status === 'ok' ? 'read' : `not read: ${outcome.error.message}`;
}

function differences(path: string, from: unknown, to: unknown): Drift[] {
  if (Array.isArray(from) && Array.isArray(to)) return ofLists(path, from, to);
  if (!isRecord(from) || !isRecord(to)) return ofValues(path, from, to);
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...names].flatMap((name) =>
    differences(path === '' ? name : `${path}.${name}`, from[name], to[name]),
  );
}

function ofValues(path: string, from: unknown, to: unknown): Drift[] {
  const [before, after] = [shown(from), shown(to)];
  return before === after ? [] : [{ path, from: before, to: after }];
}

/** Elements are matched by what names them, so that one more does not make all others differ. */
function ofLists(path: string, from: readonly unknown[], to: readonly unknown[]): Drift[] {
  const [before, after] = [keyed(from), keyed(to)];
  if (before === null || after === null) return ofPlaces(path, from, to);
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].flatMap((key) =>
    differences(`${path}[${key}]`, before.get(key), after.get(key)),
  );
}

function ofPlaces(path: string, from: readonly unknown[], to: readonly unknown[]): Drift[] {
  const length = Math.max(from.length, to.length);
  return Array.from({ length }, (_, index) => index).flatMap((index) =>
    differences(`${path}[${index}]`, from[index], to[index]),
  );
}

/** By the words themselves, or by the field that tells the elements apart; null: none does. */
function keyed(list: readonly unknown[]): Map<string, unknown> | null {
  if (list.every((one) => typeof one === 'string' || typeof one === 'number')) {
    return new Map(list.map((one) => [String(one), one]));
  }
  if (!list.every(isRecord)) return null;
  for (const key of KEYS) {
    const named = new Map(list.map((one) => [String(one[key]), one]));
    if (named.size === list.length && !named.has('undefined')) return named;
  }
  return null;
}

function shown(value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
