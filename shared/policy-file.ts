import { z } from 'zod';
import { type Policy, policySchema } from './policy.ts';
import { type FileProblem, parseYamlFile } from './yaml-file.ts';

export { showProblem } from './yaml-file.ts';

export type PolicyResult = { ok: true; policy: Policy } | { ok: false; problems: FileProblem[] };

/**
 * The policy that a YAML (or JSON) text describes, or every problem in it with its position.
 * `wrongOf` may tell what is wrong with the name of a check.
 */
export function parsePolicy(
  text: string,
  file: string,
  wrongOf: (check: string) => string | null = () => null,
): PolicyResult {
  const schema = policySchema.superRefine(({ severity }, context) => {
    for (const check of Object.keys(severity)) {
      const message = wrongOf(check);
      if (message === null) continue;
      const path = ['severity', check];
      context.addIssue({ code: 'custom', path, message, params: { ofKey: true } });
    }
  });
  const result = parseYamlFile(text, { file, schema, empty: {} });
  return result.ok ? { ok: true, policy: result.value } : result;
}

/** The JSON Schema of the policy file, for editors. */
export function policyJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(policySchema, { io: 'input' }), title: 'Muster policy' };
}
