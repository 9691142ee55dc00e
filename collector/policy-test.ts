import { z } from 'zod';
import { type Finding, judgeReport, verdicts } from '../shared/check.ts';
import { nearest } from '../shared/nearest.ts';
import type { PolicyInForce } from '../shared/policy-file.ts';
import type { Report } from '../shared/report.ts';
import { withSeverities } from '../shared/severity.ts';
import { counted, listed } from '../shared/wording.ts';
import { type FileProblem, parseYamlFile, placesIn } from '../shared/yaml-file.ts';

const caseSchema = z.strictObject({
  report: z.string().min(1).describe('report file, from the folder of this file'),
  node: z.string().optional().describe('which node, where the file has several reports'),
  expect: z
    .record(z.string(), z.enum(verdicts, `expected one of ${verdicts.join(', ')}`))
    .describe('what each rule named says of the report'),
});

const policyTestSchema = z.strictObject({
  policy: z.string().min(1).describe('policy file, from the folder of this file'),
  cases: z.array(caseSchema).min(1),
});

/** What the rules of a policy are expected to say of recorded reports. */
export type PolicyTest = z.infer<typeof policyTestSchema>;
export type PolicyTestCase = PolicyTest['cases'][number];

export type PolicyTestResult =
  | { ok: true; test: PolicyTest }
  | { ok: false; problems: FileProblem[] };

/** The test that a YAML (or JSON) text describes, or every problem in it with its position. */
export function parsePolicyTest(text: string, file: string): PolicyTestResult {
  const result = parseYamlFile(text, { file, schema: policyTestSchema, empty: {} });
  return result.ok ? { ok: true, test: result.value } : result;
}

/** The expectations that name no rule of the policy, each with its position. */
export function unknownRules(
  { cases }: PolicyTest,
  { text, file, rules }: Pick<PolicyInForce, 'rules'> & { text: string; file: string },
): FileProblem[] {
  const known = rules.map(({ id }) => id);
  const places = placesIn(text);
  return cases.flatMap(({ expect }, index) =>
    Object.keys(expect).flatMap((name) => {
      if (known.includes(checkNamed(name))) return [];
      const near = nearest(checkNamed(name), known);
      const hint = near === null ? `there are ${listed(known)}` : `did you mean "${near}"?`;
      const place = places.of(['cases', index, 'expect', name]);
      const path = `cases[${index}].expect.${name}`;
      const { line, column } = place ?? { line: null, column: null };
      return [{ file, line, column, path, message: `no such rule; ${hint}` }];
    }),
  );
}

/** How one case went: what differs, in words; nothing when all is as expected. */
export function judgeCase(
  { expect }: PolicyTestCase,
  report: Report,
  { policy, rules }: PolicyInForce,
): string[] {
  const findings = withSeverities(judgeReport(report, rules, policy), policy.severity);
  const byCheck = new Map(findings.map((finding) => [finding.check, finding]));
  return Object.entries(expect).flatMap(([name, expected]) => {
    const finding = byCheck.get(checkNamed(name));
    if (finding?.verdict === expected) return [];
    return [`${checkNamed(name)}: expected ${expected}, found ${foundWords(finding)}`];
  });
}

/** `ok      case 1: a.json, ganeti01: 3 rules as expected`, or what differs. */
export function caseLine(
  index: number,
  { report, expect }: PolicyTestCase,
  { node, differs }: { node: string; differs: readonly string[] },
): string {
  const name = `case ${index + 1}: ${report}, ${node}`;
  if (differs.length > 0) return `not ok  ${name}: ${differs.join('; ')}`;
  return `ok      ${name}: ${counted(Object.keys(expect).length, 'rule')} as expected`;
}

/** A rule is named by its own id or by that of its check. */
export function checkNamed(name: string): string {
  return name.startsWith('rule.') ? name : `rule.${name}`;
}

function foundWords(finding: Finding | undefined): string {
  return finding === undefined ? 'nothing' : `${finding.verdict} (${finding.message})`;
}
