import { z } from 'zod';
import { type Report, reportSchema } from './report.ts';

/** A report as this version understands it, or why it is none. */
export type ReportReading =
  | { ok: true; report: Report; unknown: string[] }
  | { ok: false; error: z.ZodError };

/**
 * Reads a report that another version may have written: sections and fields that this one does not
 * know are left out and named, such as `sections.gpu`; all that it knows must be right.
 */
export function readReport(value: unknown): ReportReading {
  const exact = reportSchema.safeParse(value);
  if (exact.success) return { ok: true, report: exact.data, unknown: [] };
  const left = withoutUnknown(value, exact.error);
  if (left === null) return { ok: false, error: exact.error };
  const known = reportSchema.safeParse(left.value);
  if (!known.success) return { ok: false, error: known.error };
  return { ok: true, report: known.data, unknown: left.unknown };
}

/** As `readReport`, for values inside of others; what is left out is not told. */
export const readableReportSchema = z.unknown().transform((value, context): Report => {
  const reading = readReport(value);
  if (reading.ok) return reading.report;
  for (const issue of reading.error.issues) {
    context.addIssue({ code: 'custom', path: [...issue.path], message: issue.message });
  }
  return z.NEVER;
});

/** A copy without the keys that the schema did not know, and their paths; null when it knew all. */
function withoutUnknown(
  value: unknown,
  { issues }: z.ZodError,
): { value: unknown; unknown: string[] } | null {
  const strange = issues.filter((issue) => issue.code === 'unrecognized_keys');
  if (strange.length === 0) return null;
  const copies = copyBook(value);
  const unknown = strange.flatMap(({ path, keys }) => {
    const holder = copies.at(path);
    for (const key of keys) Reflect.deleteProperty(holder, key);
    return keys.map((key) => [...path, key].join('.'));
  });
  return { value: copies.at([]), unknown };
}

/** A copy of a value in which only what is on the way to a change is copied, and that once. */
function copyBook(original: unknown): { at(path: readonly PropertyKey[]): object } {
  const root = { value: original };
  const own = new Set<object>();

  /** The object that `holder` has there, copied into it first; what it holds stays shared. */
  function owned(holder: object, key: PropertyKey): object {
    const value: object = Object(Reflect.get(holder, key));
    if (own.has(value)) return value;
    const copy: object = Array.isArray(value) ? [...value] : { ...value };
    own.add(copy);
    // As a property of its own even where it is named __proto__.
    const shown = { enumerable: true, configurable: true, writable: true };
    Object.defineProperty(holder, key, { value: copy, ...shown });
    return copy;
  }

  // The objects are there: the schema that named the path looked into them.
  return { at: (path) => path.reduce(owned, owned(root, 'value')) };
}
