import { createHash } from 'node:crypto';
import { deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib';
import { joinReport, type ReportText, splitReport } from './report-text.ts';

/** The door admits 8 MiB; what inflates to more was not written by this program. */
const INFLATED_LIMIT_BYTES = 16 * 1024 * 1024;
/** Shorter texts gain less by packing than it takes time. */
const PACK_MIN_CHARS = 512;
/** Between values: JSON writes control characters as escapes, never raw. */
const BETWEEN_VALUES = '\u0000';

/** A report taken apart for the store. */
export interface ReportParts extends ReportText {
  /** digest of all that is stable: two reports between which nothing changed have the same */
  digest: Buffer;
  /** the volatile values, as the store keeps them */
  volatiles: Volatiles;
}

/** Text, or packed when it is long; null when there is none. */
export type Volatiles = string | Buffer | null;

/** Takes a report apart. */
export function partsOf(json: Buffer): ReportParts {
  const text = splitReport(json);
  return { ...text, digest: digestOf(text.stable), volatiles: volatilesOf(text.values) };
}

/** The JSON that was taken apart into these. */
export function jsonOf(stable: string, volatiles: Volatiles): string {
  const json = joinReport(stable, valuesOf(volatiles));
  if (json === null) throw new Error('the parts of a report in the store do not fit');
  return json;
}

/** SHA-256, as the store keeps it. */
export function digestOf(text: Buffer): Buffer {
  return createHash('sha256').update(text).digest();
}

/** A text as the store keeps it. */
export function packed(text: Buffer): Buffer {
  return gzipSync(text);
}

/** The text that was packed. */
export function unpacked(body: Buffer): string {
  return gunzipSync(body, { maxOutputLength: INFLATED_LIMIT_BYTES }).toString('utf8');
}

/** Volatile values as the store keeps them. */
export function volatilesOf(values: readonly string[]): Volatiles {
  if (values.length === 0) return null;
  const text = values.join(BETWEEN_VALUES);
  return text.length < PACK_MIN_CHARS ? text : deflateRawSync(text);
}

function valuesOf(volatiles: Volatiles): string[] {
  if (volatiles === null) return [];
  if (typeof volatiles === 'string') return volatiles.split(BETWEEN_VALUES);
  const text = inflateRawSync(volatiles, { maxOutputLength: INFLATED_LIMIT_BYTES });
  return text.toString('utf8').split(BETWEEN_VALUES);
}
