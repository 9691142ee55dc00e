import { mkdir, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readText } from './files.ts';

/** More than any answer that is kept: QEMU's take about 1 MiB. */
const MAX_CACHE_BYTES = 16 * 1024 * 1024;

/** What a cache file holds: an answer, and the key it is the answer for. */
interface Entry {
  key: string;
  text: string;
}

/** The text kept in `folder` for exactly `key`; null when there is none that can be read. */
export async function recall(folder: string, name: string, key: string): Promise<string | null> {
  const entry = await readEntry(join(folder, `${name}.json`));
  return entry !== null && entry.key === key ? entry.text : null;
}

/** Keeps a text; false when that was not possible, which costs time at the next run and no more. */
export async function keep(folder: string, name: string, entry: Entry): Promise<boolean> {
  const path = join(folder, `${name}.json`);
  const temporary = `${path}.${process.pid}.new`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(temporary, JSON.stringify(entry), { mode: 0o600 });
    await rename(temporary, path);
    return true;
  } catch {
    await unlink(temporary).catch(() => false);
    return false;
  }
}

/** A missing, unreadable or damaged file is the same as none: the answer is asked for anew. */
async function readEntry(path: string): Promise<Entry | null> {
  try {
    return entryOf(JSON.parse(await readText(path, MAX_CACHE_BYTES)));
  } catch {
    return null;
  }
}

function entryOf(value: unknown): Entry | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!('key' in value) || !('text' in value)) return null;
  const { key, text } = value;
  return typeof key === 'string' && typeof text === 'string' ? { key, text } : null;
}
