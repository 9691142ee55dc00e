import { z } from 'zod';

const WORDS_MAX = 1000;
const GLOBS_MAX = 1000;
const NODE = 'expected the name of a node, or a glob such as "*.rack1.example.org"';
// A date ends at another moment in each time zone; an instant does not.
const INSTANT = 'expected a UTC instant such as 2027-01-31T22:00:00Z';

const nodeGlob = z.string(NODE).min(1, NODE).max(WORDS_MAX);

/** A time in which work on nodes is planned: what changes there is not announced. */
export const windowSchema = z
  .strictObject({
    nodes: z
      .array(nodeGlob)
      .min(1, NODE)
      .max(GLOBS_MAX)
      .describe('names of nodes, or globs such as "*.rack1.example.org"'),
    from: z.iso.datetime(INSTANT).describe('UTC instant from which on it holds'),
    until: z.iso.datetime(INSTANT).describe('UTC instant at which it ends'),
    reason: z
      .string('expected the reason, in words')
      .max(WORDS_MAX)
      .refine((text) => text.trim() !== '', 'expected the reason, in words')
      .describe('what is done to them'),
  })
  .refine(({ from, until }) => Date.parse(until) > Date.parse(from), {
    path: ['until'],
    message: 'expected an instant after "from"',
  });

export type Window = z.infer<typeof windowSchema>;

/** Whether a window holds at an instant; at its end it does not. */
export function isOpen({ from, until }: Pick<Window, 'from' | 'until'>, now: Date): boolean {
  return Date.parse(from) <= now.getTime() && now.getTime() < Date.parse(until);
}
