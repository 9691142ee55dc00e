import { z } from 'zod';
import { connectionSchema } from '../../shared/facts/peers.ts';
import { failureKinds } from '../../shared/reading.ts';

const count = z.number().nonnegative();

/** How a question failed. */
export const kindSchema = z.strictObject({ kind: z.enum(failureKinds), message: z.string() });

/** An answer, or how the question failed. */
function answerOf<T extends z.ZodType>(value: T) {
  return z.record(z.string(), z.union([z.strictObject({ failure: kindSchema }), value]));
}

const statusSchema = z.strictObject({
  type: z.enum(['file', 'directory', 'character', 'block', 'link', 'other']),
  mode: z.string().regex(/^[0-7]{4}$/, 'expected octal permission bits, such as "0660"'),
  sizeBytes: count,
  modifiedMs: z.number(),
  inode: count,
  major: count.nullable(),
  minor: count.nullable(),
});

const spaceSchema = z.strictObject({ totalBytes: count, freeBytes: count, availableBytes: count });

/** `snapshot.json`: all that was recorded beside texts of files and answers of commands. */
export const snapshotSchema = z.strictObject({
  format: z.literal(1),
  takenAt: z.iso.datetime().nullable().default(null).describe('UTC instant of the recording'),
  agentVersion: z.string().nullable().default(null),
  privileged: z.boolean().nullable().default(null).describe('recorded as root'),
  scrubbed: z.boolean().default(false),
  failures: z
    .record(z.string(), kindSchema)
    .default({})
    .describe('by path: a read or list that failed; not_found holds for whatever is asked of it'),
  excerpts: answerOf(z.string())
    .default({})
    .describe('by "NAME of PATH": of files with secrets, which are not recorded themselves'),
  stats: answerOf(statusSchema).default({}),
  links: answerOf(z.string()).default({}),
  opens: answerOf(z.literal('opened')).default({}),
  spaces: answerOf(spaceSchema).default({}),
  lists: answerOf(z.array(z.string())).default({}),
  connects: answerOf(connectionSchema).default({}).describe('by "connect SOURCE ADDRESS PORT"'),
  inventory: answerOf(z.json()).default({}).describe('by topic of systeminformation'),
});

const call = {
  command: z.string(),
  args: z.array(z.string()),
  input: z.string().optional(),
};

/** `commands.json`: each command that ran, found again by its exact words and input. */
export const commandsSchema = z.array(
  z.union(
    [
      z.strictObject({ ...call, code: z.int(), stdout: z.string(), stderr: z.string() }),
      z.strictObject({ ...call, failure: kindSchema }),
    ],
    'expected command and args with either code, stdout and stderr, or a failure',
  ),
);
