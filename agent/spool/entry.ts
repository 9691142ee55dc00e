import { createHash } from 'node:crypto';

/** What the name of a spooled report says of it. */
export interface Entry {
  name: string;
  /** grows with each report; the order of delivery */
  sequence: number;
  /** SHA-256 of the text, hex: whether the file is what was written */
  digest: string;
}

/** Enough for every safe integer, so that names sort as their numbers do. */
const DIGITS = 16;

const NAME = /^(\d{16})-([0-9a-f]{64})\.json$/;

/** The entry of a report's text under a sequence. */
export function entryOf(sequence: number, digest: string): Entry {
  return { name: `${String(sequence).padStart(DIGITS, '0')}-${digest}.json`, sequence, digest };
}

/** The entry that a file name stands for; null when it is no entry's name. */
export function parseEntry(name: string): Entry | null {
  const match = NAME.exec(name);
  if (match === null) return null;
  const [, sequence = '', digest = ''] = match;
  const number = Number(sequence);
  return Number.isSafeInteger(number) ? { name, sequence: number, digest } : null;
}

/** SHA-256 of a text or of bytes, hex. */
export function digestOf(body: string | Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}
