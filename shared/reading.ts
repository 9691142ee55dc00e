import { z } from 'zod';

/** The ways a reading of the host can fail; `not_recorded` only happens on a recorded host. */
export const failureKinds = [
  'not_found',
  'denied',
  'timed_out',
  'exit_code',
  'too_large',
  'unparsable',
  'not_recorded',
  'unsupported',
  'other',
] as const;

export type FailureKind = (typeof failureKinds)[number];

export const failureSchema = z.strictObject({
  kind: z.enum(failureKinds).describe('the way in which the reading failed'),
  message: z.string().max(2000).describe('what was tried and what came back, for a person'),
  source: z.string().max(500).nullable().describe('the file or command that was read'),
});

/** Why a fact could not be had. */
export type Failure = z.infer<typeof failureSchema>;

/** A fact that can fail on its own while the rest of its section stands. */
export type Reading<T> = { status: 'ok'; value: T } | { status: 'failed'; error: Failure };

/** The schema of a `Reading` of `value`. */
export function readingOf<T extends z.ZodType>(value: T) {
  return z.discriminatedUnion('status', [
    z.strictObject({ status: z.literal('ok'), value }),
    z.strictObject({ status: z.literal('failed'), error: failureSchema }),
  ]);
}
