import { z } from 'zod';
import { gateIds } from './gate.ts';

/** Longer than any condition that a person could still check by reading it. */
const EXPRESSION_LENGTH_MAX = 4000;
const TEXT_LENGTH_MAX = 500;
const RULES_MAX = 200;

const text = z.string().min(1).max(TEXT_LENGTH_MAX);
const expression = z.string().min(1).max(EXPRESSION_LENGTH_MAX);

export const ruleSchema = z.strictObject({
  id: z
    .string()
    .max(60)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by "-"')
    .describe('the check is rule.<id>'),
  title: text.describe('what holds when the rule is kept'),
  message: text.describe('what is wrong when it is not; the facts it read are added'),
  remedy: text.describe('what to do about it'),
  severity: z
    .enum(['fail', 'warn'], 'expected "fail" or "warn"')
    .default('fail')
    .describe('how grave it is when the rule is not kept'),
  when: expression.optional().describe('whether the rule applies (CEL); without it: always'),
  that: expression.describe('what must hold (CEL over the facts of one node)'),
  gates: z
    .array(z.enum(gateIds, `expected one of ${gateIds.join(', ')}`))
    .optional()
    .describe('the gates that ask it; without it: all'),
});

/** The rules that operators write themselves: conditions over the facts of one node. */
export const rulesSchema = z
  .array(ruleSchema)
  .max(RULES_MAX)
  .superRefine((rules, context) => {
    for (const [index, { id }] of rules.entries()) {
      if (rules.findIndex((other) => other.id === id) === index) continue;
      const message = 'expected an id that no other rule has';
      context.addIssue({ code: 'custom', path: [index, 'id'], message });
    }
  })
  .default([])
  .describe('rules of your own over the facts of each node; their checks are rule.<id>');

export type Rule = z.infer<typeof ruleSchema>;

/** The id of the check that a rule becomes. */
export function checkOfRule({ id }: Pick<Rule, 'id'>): string {
  return `rule.${id}`;
}
