/** An instant as most tables keep it. */
export function isoOf(date: Date): string;
export function isoOf(date: Date | null): string | null;
export function isoOf(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}

/** The instant a column holds. */
export function dateOf(text: string): Date;
export function dateOf(text: string | null): Date | null;
export function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
