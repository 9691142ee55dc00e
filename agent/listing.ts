import { type Host, HostError } from './host/host.ts';

/** The names in a folder, none when the folder does not exist. */
export async function listOrNone(host: Host, folder: string): Promise<string[]> {
  try {
    return await host.list(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Whether anything is at `path`. */
export async function exists(host: Host, path: string): Promise<boolean> {
  try {
    await host.stat(path);
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

/** The text of a file, or null when it does not exist. */
export async function readOrNull(host: Host, path: string): Promise<string | null> {
  try {
    return await host.read(path);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof HostError && error.kind === 'not_found';
}
