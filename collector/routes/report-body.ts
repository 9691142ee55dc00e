import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Report, reportSchema } from '../../shared/report.ts';
import { readReport } from '../../shared/report-reading.ts';
import { type FigureReport, figureSections } from '../figures.ts';
import { partsOf, type ReportParts } from '../store/report-parts.ts';
import { sectionText } from '../store/report-text.ts';
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
type Known = Pick<CheckedReport, 'node' | 'schema' | 'unknown'>;

/** Of 10,000 nodes, and as many that changed; some 300 bytes each. */
const KNOWN_MAX = 20_000;
/** No number and no instant is longer; what is takes the long way. */
const SCALAR_MAX_CHARS = 40;

/**
 * Makes the reader of reports. Most say what was said before: then all bytes but the volatile
 * values are those of a report that was checked, and only the values are parsed and checked. What
 * does not pass so is read as a whole, as every report is the first time, and refused if need be.
 */
export function reportReader(): (text: Buffer) => CheckedReport {
  const known = new Map<string, Known>();
  return (text) => {
    const parts = partsOf(text);
    const key = parts.digest.toString('latin1');
    const before = known.get(key);
    const collectedAt = before && isUtf8(text) ? instantAmong(parts) : null;
    if (before !== undefined && collectedAt !== null) {
      return { ...before, collectedAt, sections: figuredOf(parts), parts };
    }
    const { collectedAt: at, sections, ...stable } = readWhole(text);
    known.set(key, stable);
    const [oldest = key] = known.keys();
    if (known.size > KNOWN_MAX) known.delete(oldest);
    return { ...stable, collectedAt: at, sections, parts };
  };
}

function readWhole(text: Buffer): Omit<CheckedReport, 'parts'> {
  const reading = readReport(parseJson(text, 'invalid_report'));
  if (!reading.ok) throw problemOfIssues('invalid_report', reading.error.issues);
  const { node, schema, collectedAt, sections } = reading.report;
  return { node, schema, collectedAt, sections, unknown: reading.unknown.length };
}

/** The sections that figures are taken from; as a whole they were checked like all others. */
function figuredOf(parts: ReportParts): FigureReport['sections'] {
  const texts = figureSections.map((name) => [name, sectionText(parts, name)] as const);
  const found = texts.flatMap(([name, text]) => (text === null ? [] : [[name, JSON.parse(text)]]));
  return Object.fromEntries(found);
}

/** When the report was collected, if every volatile value is as its schema wants it; else null. */
function instantAmong({ values, schemas }: ReportParts): string | null {
  let instant: string | null = null;
  for (const [index, text] of values.entries()) {
    const wanted = schemas[index] ?? [];
    const value = valueIn(text);
    if (value === undefined) return null;
    for (const schema of wanted) if (!z.safeParse(schema, value).success) return null;
    if (wanted.includes(reportSchema.shape.collectedAt) && typeof value === 'string') {
      instant = value;
    }
  }
  return instant;
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
