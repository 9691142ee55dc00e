import type { z } from 'zod';
import { ParseError } from './host/host.ts';

/** JSON of another program as `schema` reads it; anything else is a ParseError naming `what`. */
export function parseJson<T extends z.ZodType>(text: string, schema: T, what: string): z.infer<T> {
  const parsed = schema.safeParse(jsonOf(text, what));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') || 'the top';
  throw new ParseError(`${what} is not as expected at ${where}: ${issue?.message}`);
}

/** The value of a key that the object has itself: `constructor` is a key like any other. */
export function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function jsonOf(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = text.trim() === '' ? 'it is empty' : 'it is damaged, cut off or not JSON';
    throw new ParseError(`${what} could not be read as JSON: ${why}`, error);
  }
}
