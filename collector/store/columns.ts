/** An instant as tables keep it: milliseconds since 1970, or text in the older ones of SQLite. */
export type Instant = string | number;

/** An instant as most tables of SQLite keep it. */
export function isoOf(date: Date): string;
export function isoOf(date: Date | null): string | null;
export function isoOf(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}

/** An instant as all other tables keep it. */
export function msOf(date: Date): number;
export function msOf(date: Date | null): number | null;
export function msOf(date: Date | null): number | null {
  return date === null ? null : date.getTime();
}

/** The instant a column holds. */
export function dateOf(instant: Instant): Date;
export function dateOf(instant: Instant | null): Date | null;
export function dateOf(instant: Instant | null): Date | null {
  return instant === null ? null : new Date(instant);
}
