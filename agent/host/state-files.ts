import { mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import type { OpenFile, StateFiles } from '../state/files.ts';

/** The calls on the disk of this machine. */
export const stateFiles: StateFiles = {
  mkdir: (path) => mkdir(path, { recursive: true, mode: 0o700 }),
  readdir: (path) => readdir(path),
  readFile: (path) => readFile(path),
  async stat(path) {
    const { size, mode } = await stat(path);
    return { sizeBytes: size, mode };
  },
  create: (path) => opened(path, 'w'),
  openFolder: (path) => opened(path, 'r'),
  rename,
  unlink,
};

async function opened(path: string, flags: 'r' | 'w'): Promise<OpenFile> {
  const file = await open(path, flags, 0o600);
  return {
    write: (bytes) => file.writeFile(bytes),
    sync: () => file.sync(),
    close: () => file.close(),
  };
}
