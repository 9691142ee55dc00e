import type { z } from 'zod';
import { type Marks, reportMarks } from '../../shared/volatile.ts';
import { ARRAY, ARRAY_END, endOfValue, OBJECT, OBJECT_END, pastSpace } from './json-bytes.ts';

/** Stands where a volatile value was. JSON writes control characters as escapes, never raw. */
export const VOLATILE = 0;
/** Stands where a section was. */
const SECTION = 1;

/** The JSON of a report, cut: what is stable apart from what is volatile. */
export interface ReportText {
  /** the text with a mark for each volatile value */
  stable: Buffer;
  /** where in `stable` the sections lie */
  sections: SectionSpan[];
  /** the text of each volatile value, in their order */
  values: string[];
  /** what each of them must fit, as its fact's schema says */
  schemas: readonly Schemas[];
}

/** All of them: a fact may stand in several branches of a union. */
export type Schemas = readonly z.core.$ZodType[];

interface Span {
  start: number;
  end: number;
}

/** Where a section lies in the stable text. */
export interface SectionSpan extends Span {
  /** as JSON, with its quotes */
  name: string;
  /** the first of its volatile values, and the first after them */
  values: readonly [number, number];
}

/**
 * Cuts the JSON of a report, or whatever came for one, so that `joinReport` gives the same bytes
 * again. It works on the bytes: to parse the report and to write it again took four times as long.
 */
export function splitReport(json: Buffer): ReportText {
  if (json.includes(VOLATILE) || json.includes(SECTION)) {
    return { stable: json, sections: [], values: [], schemas: [] };
  }
  const scan: Scan = { json, volatiles: [], schemas: [], sections: [], removed: 0 };
  walk(scan, pastSpace(json, 0), reportPlan());
  const stable = Buffer.allocUnsafe(json.length - scan.removed);
  let from = 0;
  let to = 0;
  for (const { start, end } of scan.volatiles) {
    to += json.copy(stable, to, from, start);
    stable[to] = VOLATILE;
    to += 1;
    from = end;
  }
  json.copy(stable, to, from);
  const values = scan.volatiles.map(({ start, end }) => json.toString('utf8', start, end));
  return { stable, sections: scan.sections, values, schemas: scan.schemas };
}

/** The text that was cut; null: the parts do not belong together. */
export function joinReport(stable: string, values: readonly string[]): string | null {
  return values.length === 0 ? stable : filled(stable, VOLATILE, values);
}

/** The JSON of a section as it came, out of a report in UTF-8 that was cut into these values. */
export function sectionText(json: Buffer, span: SectionSpan, values: readonly string[]): string {
  // The marks before it in the stable text are as many values in the JSON.
  const grown = (count: number) =>
    values.slice(0, count).reduce((sum, value) => sum + Buffer.byteLength(value) - 1, 0);
  const [first, after] = span.values;
  return json.toString('utf8', span.start + grown(first), span.end + grown(after));
}

/** The stable text in pieces, so that each section can be kept by itself. */
export function piecesOf({ stable, sections }: Pick<ReportText, 'stable' | 'sections'>) {
  const around: Buffer[] = [];
  let from = 0;
  for (const { start, end } of sections) {
    around.push(stable.subarray(from, start), Buffer.of(SECTION));
    from = end;
  }
  return {
    header: Buffer.concat([...around, stable.subarray(from)]),
    sections: sections.map(({ start, end }) => stable.subarray(start, end)),
  };
}

/** The stable text of these pieces; null: they do not belong together. */
export function ofPieces(header: string, sections: readonly string[]): string | null {
  return sections.length === 0 ? header : filled(header, SECTION, sections);
}

function filled(text: string, mark: number, parts: readonly string[]): string | null {
  const pieces = text.split(String.fromCharCode(mark));
  if (pieces.length !== parts.length + 1) return null;
  return pieces.map((piece, index) => piece + (parts[index] ?? '')).join('');
}

/** Marks whose names are the bytes that stand in the text. */
interface Plan {
  volatile: boolean;
  schemas: Schemas;
  ofSections: boolean;
  fields: { name: Buffer; plan: Plan }[];
  each: Plan | null;
}

let plan: Plan | null = null;

function reportPlan(): Plan {
  plan ??= planOf(reportMarks());
  return plan;
}

function planOf({ volatile, schemas, ofSections, fields, each }: Marks): Plan {
  return {
    volatile,
    schemas,
    ofSections,
    fields: [...fields].map(([name, marks]) => ({
      name: Buffer.from(JSON.stringify(name)),
      plan: planOf(marks),
    })),
    each: each && planOf(each),
  };
}

interface Scan {
  json: Buffer;
  /** in `json` */
  volatiles: Span[];
  schemas: Schemas[];
  /** in the stable text */
  sections: SectionSpan[];
  /** bytes by which the stable text is shorter up to here */
  removed: number;
}

/** Walks a value where its plan says that something is to be found; returns where it ends. */
function walk(scan: Scan, start: number, of: Plan | null): number {
  const { json } = scan;
  if (of === null) return endOfValue(json, start);
  if (of.volatile) {
    const end = endOfValue(json, start);
    scan.volatiles.push({ start, end });
    scan.schemas.push(of.schemas);
    scan.removed += end - start - 1;
    return end;
  }
  if (json[start] === OBJECT) return walkObject(scan, start + 1, of);
  if (json[start] === ARRAY) return walkArray(scan, start + 1, of.each);
  return endOfValue(json, start);
}

function walkObject(scan: Scan, first: number, of: Plan): number {
  const { json } = scan;
  let at = pastSpace(json, first);
  while (at < json.length && json[at] !== OBJECT_END) {
    const colon = endOfValue(json, at);
    const value = pastSpace(json, colon);
    const [start, first] = [value - scan.removed, scan.volatiles.length];
    const end = walk(scan, value, fieldOf(of, json.subarray(at, colon)) ?? of.each);
    if (of.ofSections) {
      const name = json.toString('utf8', at, colon);
      const values = [first, scan.volatiles.length] as const;
      scan.sections.push({ start, end: end - scan.removed, name, values });
    }
    at = pastSpace(json, Math.max(end, at + 1));
  }
  return Math.min(at + 1, json.length);
}

function walkArray(scan: Scan, first: number, each: Plan | null): number {
  const { json } = scan;
  let at = pastSpace(json, first);
  while (at < json.length && json[at] !== ARRAY_END) {
    at = pastSpace(json, Math.max(walk(scan, at, each), at + 1));
  }
  return Math.min(at + 1, json.length);
}

function fieldOf({ fields }: Plan, name: Buffer): Plan | null {
  for (const field of fields) {
    // A comparison costs more than the scan of the name did.
    if (field.name.length === name.length && field.name.equals(name)) return field.plan;
  }
  return null;
}
