import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Report, reportSchema } from '../../shared/report.ts';
import { readReport } from '../../shared/report-reading.ts';
import { type FigureReport, figureSections } from '../figures.ts';
import { partsOf, type ReportParts } from '../store/report-parts.ts';
import { cutter, type ReportShape, shapeOf } from '../store/report-shape.ts';
import { type SectionSpan, sectionText } from '../store/report-text.ts';
import { parseJson } from './body.ts';
import { Problem, problemOfIssues } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** the report that came, checked; null where none did */
    report: CheckedReport | null;
  }
}

/** What a delivery needs of a report that was found to be one. */
export interface CheckedReport
  extends Pick<Report, 'node' | 'schema' | 'collectedAt'>,
    FigureReport {
  /** fields that this version does not know */
  unknown: number;
  parts: ReportParts;
}

/** The report of a request whose route only takes reports. */
export function reportOf({ report }: FastifyRequest): CheckedReport {
  if (report !== null) return report;
  throw new Problem('invalid_report', 'there is no body', { path: '' });
}

/** What is stable of a report that was checked: all that is needed when it comes again. */
interface Known {
  stable: Pick<CheckedReport, 'node' | 'schema' | 'unknown'>;
  shape: ReportShape;
  /** where the sections lie that figures are taken from */
  figured: readonly SectionSpan[];
}

/** Of 10,000 nodes, and as many that changed; some two kilobytes each. */
const KNOWN_MAX = 20_000;
/** No number and no instant is longer; what is takes the long way. */
const SCALAR_MAX_CHARS = 40;

/** Reads a report that came from this sender. */
export type ReportReader = (text: Buffer, sender: string) => CheckedReport;

/**
 * Makes the reader of reports. Most say what was said before: then all bytes but the volatile
 * values are those of a report that was checked, and only the values are parsed and checked. What
 * does not pass so is read as a whole, as every report is the first time, and refused if need be.
 */
export function reportReader(): ReportReader {
  const cut = cutter();
  const byDigest = new Map<string, Known>();
  const bySender = new Map<string, Known>();
  return (text, sender) => {
    const last = bySender.get(sender);
    const cutAlike = last === undefined ? null : cut(text, last.shape);
    const parts = cutAlike ?? partsOf(text);
    const key = parts.digest.toString('latin1');
    const known = cutAlike === null ? byDigest.get(key) : last;
    const collectedAt = known && isUtf8(text) ? instantAmong(parts) : null;
    if (known !== undefined && collectedAt !== null) {
      remember(bySender, sender, known);
      const sections = figuredOf(text, known.figured, parts.values);
      return { ...known.stable, collectedAt, sections, parts };
    }
    const { collectedAt: at, sections, ...stable } = readWhole(text);
    const fresh = { stable, shape: shapeOf(parts), figured: spansOf(parts) };
    remember(byDigest, key, fresh);
    remember(bySender, sender, fresh);
    return { ...stable, collectedAt: at, sections, parts };
  };
}

/** The one that was remembered first makes room. */
function remember(among: Map<string, Known>, key: string, known: Known): void {
  among.set(key, known);
  const [oldest = key] = among.keys();
  if (among.size > KNOWN_MAX) among.delete(oldest);
}

function readWhole(text: Buffer): Omit<CheckedReport, 'parts'> {
  const reading = readReport(parseJson(text, 'invalid_report'));
  if (!reading.ok) throw problemOfIssues('invalid_report', reading.error.issues);
  const { node, schema, collectedAt, sections } = reading.report;
  return { node, schema, collectedAt, sections, unknown: reading.unknown.length };
}

/** As JSON names them. */
const figuredNames: ReadonlyMap<string, string> = new Map(
  figureSections.map((name) => [JSON.stringify(name), name]),
);

function spansOf({ sections }: ReportParts): SectionSpan[] {
  return sections.filter(({ name }) => figuredNames.has(name));
}

/** The sections that figures are taken from; as a whole they were checked like all others. */
function figuredOf(
  text: Buffer,
  spans: readonly SectionSpan[],
  values: readonly string[],
): FigureReport['sections'] {
  const found = spans.map((span) => [
    figuredNames.get(span.name),
    JSON.parse(sectionText(text, span, values)),
  ]);
  return Object.fromEntries(found);
}

/** When the report was collected, if every volatile value is as its schema wants it; else null. */
function instantAmong({ values, schemas }: ReportParts): string | null {
  let instant: string | null = null;
  for (const [index, text] of values.entries()) {
    const wanted = schemas[index] ?? [];
    const value = valueIn(text);
    if (value === undefined) return null;
    for (const schema of wanted) if (!fits(schema, value)) return null;
    if (wanted.includes(reportSchema.shape.collectedAt) && typeof value === 'string') {
      instant = value;
    }
  }
  return instant;
}

/** As zod judges. What each probe took is in every report, and zod is slow at records. */
function fits(schema: z.core.$ZodType, value: unknown): boolean {
  if (schema !== reportSchema.shape.tookMs) return z.safeParse(schema, value).success;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(Number.isFinite);
}

/** The value of a JSON text; undefined when it is none, or the whole report must be looked at. */
function valueIn(text: string): unknown {
  const nested = text.startsWith('{') || text.startsWith('[');
  if (!nested && text.length > SCALAR_MAX_CHARS) return undefined;
  try {
    return nested ? parseJson(Buffer.from(text), 'invalid_report') : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof Problem) return undefined;
    throw error;
  }
}
