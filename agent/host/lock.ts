import { spawn } from 'node:child_process';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CommandError } from '../../shared/exit.ts';
import { guarded } from '../state/durable.ts';
import { commandPath } from './run.ts';

/** Held until it is released or the process ends, however it ends. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes the lock of a file, or null when another process holds it. The kernel keeps it with our
 * open file and drops it with our last breath, so there is no stale lock to tell from a live one.
 * Node cannot ask for it itself: `flock` does on the file it inherits from us, and the lock belongs
 * to that open file and not to the process which asked.
 */
export async function takeLock(path: string): Promise<Lock | null> {
  const file = await opened(path);
  const code = await flock(file.fd).catch(async (error: unknown) => {
    await file.close();
    throw error;
  });
  if (code === 0) return { release: () => file.close() };
  await file.close();
  if (code === TAKEN) return null;
  throw new CommandError('internal', `flock ended with ${code} for ${path}`);
}

const TAKEN = 75;

function opened(path: string): Promise<FileHandle> {
  return guarded('locking', path, async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return open(path, 'a', 0o600);
  });
}

async function flock(descriptor: number): Promise<number | null> {
  const path = await commandPath('flock');
  if (path === null) throw new CommandError('unavailable', 'flock: no such command (util-linux)');
  const child = spawn(path, ['--nonblock', '--conflict-exit-code', String(TAKEN), '3'], {
    cwd: '/',
    env: { LC_ALL: 'C' },
    shell: false,
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
  });
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}
