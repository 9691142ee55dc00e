import { z } from 'zod';
import { installPlanSchema } from './install-plan.ts';
import { policySchema } from './policy.ts';
import { reportSchema } from './report.ts';
import { waiversSchema } from './waiver-file.ts';

/**
 * The JSON Schemas that are published, for editors and for other programs, by name. What people
 * write is spelled out in place, as editors show it; a report names what it has many times once.
 */
export const jsonSchemas = {
  policy: () => published(policySchema, 'Muster policy: what a cluster is meant to be', 'inline'),
  waivers: () => published(waiversSchema, 'Muster waivers: what is accepted for now', 'inline'),
  report: () => published(reportSchema, 'Muster report: the facts of one node at one time', 'ref'),
  plan: () => published(installPlanSchema, 'Muster plan: the way to a cluster', 'inline'),
};

/** As files hold it: what has a default may be left out. */
function published(
  schema: z.ZodType,
  title: string,
  reused: 'inline' | 'ref',
): Record<string, unknown> {
  return { title, ...z.toJSONSchema(schema, { io: 'input', reused }) };
}
