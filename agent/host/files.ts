import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, opendir, readlink, stat, statfs } from 'node:fs/promises';
import { type FileStatus, HostError, type Space } from './host.ts';
import { tooLarge } from './limits.ts';

const CHUNK_BYTES = 64 * 1024;

/** More names than any directory that a probe lists has. */
const MAX_NAMES = 65_536;

/** Opening must not wait for a writer of a pipe, nor take a terminal. */
const CALMLY = constants.O_NONBLOCK | constants.O_NOCTTY;

/** The text of a regular file; its stated size is not trusted, as proc and sys say 0 or 4096. */
export async function readText(path: string, maxBytes: number): Promise<string> {
  const file = await open(path, constants.O_RDONLY | CALMLY);
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new HostError('other', path, `${path} is not a regular file`);
    return await readToEnd(file, path, maxBytes);
  } finally {
    await file.close();
  }
}

/** Names in a directory, sorted. */
export async function listNames(path: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of await opendir(path, { bufferSize: 256 })) {
    names.push(entry.name);
    if (names.length > MAX_NAMES) {
      throw new HostError('too_large', path, `${path}: more than ${MAX_NAMES} names`);
    }
  }
  return names.sort();
}

/** Status of what a path leads to. */
export async function statusOf(path: string): Promise<FileStatus> {
  const status = await stat(path);
  const device = status.isCharacterDevice() || status.isBlockDevice();
  return {
    type: typeOf(status),
    mode: (status.mode & 0o7777).toString(8).padStart(4, '0'),
    sizeBytes: status.size,
    modifiedMs: Math.floor(status.mtimeMs),
    inode: status.ino,
    major: device ? majorOf(status.rdev) : null,
    minor: device ? minorOf(status.rdev) : null,
  };
}

/** Target text of a symbolic link. */
export async function targetOf(path: string): Promise<string> {
  return await readlink(path);
}

/** Opens a device for reading and writing and closes it at once. */
export async function openDevice(path: string): Promise<void> {
  const file = await open(path, constants.O_RDWR | CALMLY);
  await file.close();
}

/** Space of the filesystem a path lies on. */
export async function spaceOf(path: string): Promise<Space> {
  const { bsize, blocks, bfree, bavail } = await statfs(path);
  return {
    totalBytes: blocks * bsize,
    freeBytes: bfree * bsize,
    availableBytes: bavail * bsize,
  };
}

async function readToEnd(file: FileHandle, path: string, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const wanted = Math.min(CHUNK_BYTES, maxBytes + 1 - total);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(wanted), 0, wanted, null);
    if (bytesRead === 0) return Buffer.concat(chunks).toString('utf8');
    total += bytesRead;
    if (total > maxBytes) throw tooLarge(path, maxBytes);
    chunks.push(buffer.subarray(0, bytesRead));
  }
}

function typeOf(status: Stats): FileStatus['type'] {
  if (status.isFile()) return 'file';
  if (status.isDirectory()) return 'directory';
  if (status.isCharacterDevice()) return 'character';
  return status.isBlockDevice() ? 'block' : 'other';
}

/** Linux packs 12 bits of major and 20 of minor number into one word (kdev_t.h, new_encode_dev). */
function majorOf(device: number): number {
  return (device >>> 8) & 0xfff;
}

function minorOf(device: number): number {
  return (device & 0xff) | ((device >>> 12) & 0xfff00);
}
