import { z } from 'zod';
import { type Waiver, waiverSchema } from './waiver.ts';
import { type FileProblem, parseYamlFile } from './yaml-file.ts';

export type WaiversResult =
  | { ok: true; waivers: Waiver[] }
  | { ok: false; problems: FileProblem[] };

/** What a waiver file holds. */
export const waiversSchema = z.array(waiverSchema, 'expected a list of waivers, each after a "- "');

/**
 * The waivers that a YAML (or JSON) list holds, or every problem in it with its position. `wrongOf`
 * may tell what is wrong with the name of a check.
 */
export function parseWaivers(
  text: string,
  file: string,
  wrongOf: (check: string) => string | null = () => null,
): WaiversResult {
  const schema = waiversSchema.superRefine((waivers, context) => {
    for (const [index, { check }] of waivers.entries()) {
      const message = wrongOf(check);
      if (message !== null) context.addIssue({ code: 'custom', path: [index, 'check'], message });
    }
  });
  const result = parseYamlFile(text, { file, schema, empty: [] });
  return result.ok ? { ok: true, waivers: result.value } : result;
}
