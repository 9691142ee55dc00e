import type { z } from 'zod';
import type { commandsSchema, kindSchema, snapshotSchema } from './recording-schema.ts';

export type RecordedFailure = z.infer<typeof kindSchema>;
export type SnapshotFile = z.infer<typeof snapshotSchema>;
export type RecordedCommand = z.infer<typeof commandsSchema>[number];
export type RecordedCall = Pick<RecordedCommand, 'command' | 'args' | 'input'>;

/** A recorded host in memory, before it is written. */
export interface Recording {
  snapshot: SnapshotFile;
  commands: RecordedCommand[];
  /** text of each file, by path */
  files: Record<string, string>;
}

/** A command as it is recorded: its exact words and input. */
export function callOf(
  command: string,
  args: readonly string[],
  input: string | undefined,
): RecordedCall {
  return { command, args: [...args], ...(input === undefined ? {} : { input }) };
}

/** What a recorded command is found by. */
export function callKey({ command, args, input }: RecordedCall): string {
  return JSON.stringify([command, args, input ?? null]);
}
