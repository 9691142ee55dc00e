import { z } from 'zod';
import { CommandError } from './exit.ts';
import type { Io } from './io.ts';

/** The instant of `--now`, else of the clock. */
export function instantOf(text: string | undefined, io: Pick<Io, 'now'>): Date {
  if (text === undefined) return io.now();
  if (z.iso.datetime().safeParse(text).success) return new Date(text);
  throw new CommandError(
    'usage',
    `--now: expected a UTC instant such as 2026-11-22T08:00:00Z, found "${text}"`,
  );
}
