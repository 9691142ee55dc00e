import { type Check, defineCheck, type Judgement } from '../check.ts';
import { pass, skip } from '../judgement.ts';
import type { Facts } from '../report.ts';
import { checkOfRule, type Rule } from '../rule.ts';
import { formatBytes, formatDuration } from '../units.ts';
import { type Expression, type Language, makeLanguage } from './expression.ts';
import { ExpressionProblem } from './problem.ts';

/** What is wrong with an expression: which of the rules, which key, how far into its text. */
export interface RuleProblem {
  path: ['rules', number, 'when' | 'that'];
  message: string;
  offset: number;
}

export type CompiledRules =
  | { ok: true; checks: Check[] }
  | { ok: false; problems: [RuleProblem, ...RuleProblem[]] };

/** The checks that the rules of a policy are, or every expression that is not sound. */
export function compileRules(rules: readonly Rule[]): CompiledRules {
  const language = makeLanguage();
  const problems: RuleProblem[] = [];
  const checks = rules.flatMap((rule, index) => {
    const read = (key: 'when' | 'that', text: string) => {
      const result = readExpression(language, text);
      if (!(result instanceof ExpressionProblem)) return result;
      const { message, offset } = result;
      problems.push({ path: ['rules', index, key], message, offset });
      return null;
    };
    const when = rule.when === undefined ? undefined : read('when', rule.when);
    const that = read('that', rule.that);
    return when === null || that === null ? [] : [checkOf(rule, when, that)];
  });
  const [first, ...more] = problems;
  return first === undefined ? { ok: true, checks } : { ok: false, problems: [first, ...more] };
}

function readExpression(language: Language, text: string): Expression | ExpressionProblem {
  try {
    return language.read(text);
  } catch (error) {
    if (error instanceof ExpressionProblem) return error;
    throw error;
  }
}

function checkOf(rule: Rule, when: Expression | undefined, that: Expression): Check {
  return defineCheck({
    id: checkOfRule(rule),
    title: rule.title,
    why: `A rule of the policy. It holds when: ${inOneLine(rule.that)}`,
    rules: [],
    needs: [...new Set([...(when?.sections ?? []), ...that.sections])],
    readsAsNeeded: true,
    judge: (facts, _policy, node) => judge(rule, { when, that }, { facts, node }),
  });
}

function judge(
  rule: Rule,
  { when, that }: { when: Expression | undefined; that: Expression },
  { facts, node }: { facts: Partial<Facts>; node: string },
): Judgement {
  if (when !== undefined && !when.ask(facts, node).holds) {
    return skip(`the rule applies only when: ${inOneLine(rule.when ?? '')}`);
  }
  const { holds, seen } = that.ask(facts, node);
  if (holds) return pass(`as the rule has it${seenWords(seen)}`);
  const { severity: verdict, message, remedy } = rule;
  return { verdict, message: `${message}${seenWords(seen)}`, remedy };
}

function inOneLine(expression: string): string {
  return expression.replaceAll(/\s+/g, ' ').trim();
}

const VALUES_SHOWN_MAX = 4;
const VALUE_LENGTH_MAX = 60;

/** ` (memory.totalBytes 32 GiB)`: the single facts that decided, as far as a line has room. */
function seenWords(seen: ReadonlyMap<string, unknown>): string {
  if (seen.size === 0) return '';
  const shown = [...seen]
    .slice(0, VALUES_SHOWN_MAX)
    .map(([path, value]) => `${path} ${showValue(path, value)}`);
  return ` (${shown.join(', ')}${seen.size > VALUES_SHOWN_MAX ? ' …' : ''})`;
}

function showValue(path: string, value: unknown): string {
  if (typeof value === 'number' && path.endsWith('Bytes')) return formatBytes(value);
  if (typeof value === 'number' && path.endsWith('Ms')) return formatDuration(value);
  const text = String(value);
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text;
}
