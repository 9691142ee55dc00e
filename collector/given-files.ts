import { readFile, stat } from 'node:fs/promises';
import { CommandError } from '../shared/exit.ts';

const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** The text of a file, within a limit; what cannot be read is named with the reason. */
export async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES) {
      throw new CommandError('badData', `${file}: ${size} bytes; at most ${MAX_FILE_BYTES}`);
    }
    return await readFile(file, 'utf8');
  } catch (cause) {
    return noInput(file, cause);
  }
}

/** Throws the error of a file that cannot be read. */
export function noInput(path: string, cause: unknown): never {
  if (cause instanceof CommandError) throw cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new CommandError('noInput', `reading ${path}: ${reason}`, cause);
}
