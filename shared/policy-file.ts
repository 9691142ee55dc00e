import type { Check } from './check.ts';
import { type Policy, policySchema } from './policy.ts';
import { checkOfRule } from './rule.ts';
import type { RuleProblem } from './rules/compile.ts';
import { type FileProblem, parseYamlFile, placesIn } from './yaml-file.ts';

export { showProblem } from './yaml-file.ts';

export type PolicyResult = { ok: true; policy: Policy } | { ok: false; problems: FileProblem[] };

/** A policy with the checks that its rules are: what judges needs both. */
export interface PolicyInForce {
  policy: Policy;
  rules: readonly Check[];
}

export type PolicyInForceResult =
  | ({ ok: true } & PolicyInForce)
  | { ok: false; problems: FileProblem[] };

/** What is wrong with the name of a check; `own` are those of the policy's rules. */
export type WrongOf = (check: string, own: readonly string[]) => string | null;

/**
 * The policy that a YAML (or JSON) text describes, or every problem in it with its position. What
 * its rules say is not looked into: see `readPolicyText`.
 */
export function parsePolicy(
  text: string,
  file: string,
  wrongOf: WrongOf = () => null,
): PolicyResult {
  const schema = policySchema.superRefine(({ severity, rules }, context) => {
    const own = rules.map(checkOfRule);
    for (const check of Object.keys(severity)) {
      const message = wrongOf(check, own);
      if (message === null) continue;
      const path = ['severity', check];
      context.addIssue({ code: 'custom', path, message, params: { ofKey: true } });
    }
  });
  const result = parseYamlFile(text, { file, schema, empty: {} });
  return result.ok ? { ok: true, policy: result.value } : result;
}

/** As `parsePolicy`, with the rules made ready; without any, their language is not loaded. */
export async function readPolicyText(
  text: string,
  file: string,
  wrongOf?: WrongOf,
): Promise<PolicyInForceResult> {
  const result = parsePolicy(text, file, wrongOf);
  if (!result.ok) return result;
  const { policy } = result;
  if (policy.rules.length === 0) return { ok: true, policy, rules: [] };
  const { compileRules } = await import('./rules/compile.ts');
  const compiled = compileRules(policy.rules);
  if (compiled.ok) return { ok: true, policy, rules: compiled.checks };
  return { ok: false, problems: placed(compiled.problems, text, file) };
}

/** The problems of expressions with their places in the file. */
function placed(problems: readonly RuleProblem[], text: string, file: string): FileProblem[] {
  const places = placesIn(text);
  return problems.map(({ path: [, index, key], message, offset }) => {
    const exact = places.within(['rules', index, key], offset);
    const { line, column } = exact ??
      places.of(['rules', index, key]) ?? { line: null, column: null };
    const words = exact === null ? `at character ${offset + 1}: ${message}` : message;
    return { file, line, column, path: `rules[${index}].${key}`, message: words };
  });
}
