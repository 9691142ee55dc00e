import { dirname } from 'node:path';
import { CommandError } from '../../shared/exit.ts';
import { codeOf } from '../host/system-error.ts';
import type { StateFiles } from './files.ts';

/** What a file is called until it is whole; a crash may leave one. */
export const PARTIAL = '.partial';

/**
 * Puts a file in place so that after a crash or a power cut either the old one is there or the new
 * one, whole: write, fsync, rename, fsync of the folder. It is there for good once this resolves.
 */
export async function writeDurably(files: StateFiles, path: string, text: string): Promise<void> {
  await guarded('writing', path, async () => {
    const partial = `${path}${PARTIAL}`;
    try {
      await writeSynced(files, partial, Buffer.from(text));
      await files.rename(partial, path);
    } catch (error) {
      // it only takes room; where it stays because the disk is broken, the next start removes it
      await files.unlink(partial).catch(() => undefined);
      throw error;
    }
    await syncFolder(files, dirname(path));
  });
}

/**
 * Makes a folder, for good. All folders above are synced each time: one that is there may be of a
 * run that ended before it could do so.
 */
export async function makeFolder(files: StateFiles, path: string): Promise<void> {
  await guarded('making', path, async () => {
    await files.mkdir(path);
    for (let above = dirname(path); ; above = dirname(above)) {
      await syncFolder(files, above).catch(unlessDenied);
      if (above === dirname(above)) return;
    }
  });
}

/** In a folder that we may not even open we made nothing. */
function unlessDenied(error: unknown): void {
  if (codeOf(error) !== 'EACCES') throw error;
}

/** Makes the entries of a folder durable: what was put in, renamed or removed. */
export async function syncFolder(files: StateFiles, path: string): Promise<void> {
  const folder = await files.openFolder(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The text of a file, null when there is none. */
export async function readIfThere(files: StateFiles, path: string): Promise<string | null> {
  return guarded('reading', path, async () => {
    try {
      return (await files.readFile(path)).toString('utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  });
}

/** Does something to a file of the agent; what fails says what, where and why. */
export async function guarded<T>(what: string, path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const code = codeOf(cause);
    // anything else than a system error is a bug, and no matter of this file
    if (!(cause instanceof Error) || code === '') throw cause;
    const reason = cause.message;
    const exit = DENIED.includes(code) ? 'noPermission' : 'tryAgain';
    const full = FULL.includes(code) ? ' (what was there before is kept)' : '';
    throw new CommandError(exit, `${what} ${path}: ${reason}${full}`, cause);
  }
}

const DENIED = ['EACCES', 'EPERM', 'EROFS'];
const FULL = ['ENOSPC', 'EDQUOT'];

async function writeSynced(files: StateFiles, path: string, bytes: Buffer): Promise<void> {
  const file = await files.create(path);
  try {
    await file.write(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
