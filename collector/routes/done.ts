import { z } from 'zod';

/** What was just done, in words; an address can only name one of these. */
const words = {
  'waiver-added': 'The waiver was added.',
  'waiver-removed': 'The waiver was removed: what it covered counts again.',
  'token-revoked': 'The token was revoked: it is of no more use.',
  'enrolment-revoked': 'The enrolment token was revoked: it is of no more use.',
  'node-approved': 'The node was approved: it may deliver from now on.',
  'node-revoked': 'The keys of the node were revoked: it has to enrol again.',
} as const;

const codes = Object.keys(words) as [keyof typeof words, ...(keyof typeof words)[]];

/** The part of an address that says what was just done; anything else says nothing. */
export const doneQuery = z.object({ done: z.enum(codes).optional().catch(undefined) });

/** The words for it; null when nothing was. */
export function doneWords(code: keyof typeof words | undefined): string | null {
  return code === undefined ? null : words[code];
}
