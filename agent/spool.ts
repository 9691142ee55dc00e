import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../shared/exit.ts';

/** A folder that holds one file per report until the collector has acknowledged it. */
export interface Spool {
  folder: string;
}

/** Of a year of quarter-hourly reports nobody needs the first; a bound keeps the disk. */
export const MAX_SPOOLED = 1000;

const ENTRY = /^\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{16}\.json$/;

/** The spool in `folder`, made when missing (0700: reports name addresses and versions). */
export async function openSpool(folder: string): Promise<Spool> {
  await guarded('making the spool', folder, async () => {
    await mkdir(join(folder, 'aside'), { recursive: true, mode: 0o700 });
  });
  return { folder };
}

/**
 * Puts a report on disk so that neither a crash nor a power cut loses it: write, fsync, rename,
 * fsync of the folder. Returns the entry's name. The same report twice is one entry.
 */
export async function addToSpool(spool: Spool, body: string, collectedAt: string): Promise<string> {
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 16);
  const stamp = collectedAt.replaceAll(/[-:]/g, '');
  const name = `${/\.\d{3}Z$/.test(stamp) ? stamp : stamp.replace('Z', '.000Z')}-${digest}.json`;
  const partial = join(spool.folder, `${name}.partial`);
  await guarded('writing the spool', partial, async () => {
    const file = await open(partial, 'w', 0o600);
    try {
      await file.writeFile(body);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, join(spool.folder, name));
    await syncFolder(spool.folder);
  });
  return name;
}

/** The entries, oldest first; what a crash left half-written is no entry. */
export async function spoolEntries(spool: Spool): Promise<string[]> {
  const names = await guarded('reading the spool', spool.folder, () => readdir(spool.folder));
  return names.filter((name) => ENTRY.test(name)).sort();
}

/** The text of an entry. */
export async function readEntry(spool: Spool, name: string): Promise<string> {
  return guarded('reading the spool', join(spool.folder, name), () =>
    readFile(join(spool.folder, name), 'utf8'),
  );
}

/** Removes an entry that the collector has acknowledged. */
export async function removeEntry(spool: Spool, name: string): Promise<void> {
  await guarded('removing from the spool', join(spool.folder, name), async () => {
    await unlink(join(spool.folder, name));
    await syncFolder(spool.folder);
  });
}

/** Moves an entry that can never be delivered out of the others' way; it is kept to be read. */
export async function setAside(spool: Spool, name: string): Promise<string> {
  const target = join(spool.folder, 'aside', name);
  await guarded('setting aside', target, () => rename(join(spool.folder, name), target));
  return target;
}

/** Drops the oldest entries above the bound and says how many; the newest is always kept. */
export async function boundSpool(spool: Spool, maximum: number = MAX_SPOOLED): Promise<number> {
  const entries = await spoolEntries(spool);
  const surplus = entries.slice(0, Math.max(0, entries.length - Math.max(1, maximum)));
  for (const name of surplus) await removeEntry(spool, name);
  return surplus.length;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function guarded<T>(what: string, path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const denied = cause instanceof Error && 'code' in cause && cause.code === 'EACCES';
    throw new CommandError(
      denied ? 'noPermission' : 'tryAgain',
      `${what} ${path}: ${reason}`,
      cause,
    );
  }
}
