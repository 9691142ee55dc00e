import { join } from 'node:path';
import { CommandError } from '../../shared/exit.ts';
import { guarded, makeFolder, PARTIAL, syncFolder, writeDurably } from '../state/durable.ts';
import { bound, type Limits } from './bound.ts';
import { digestOf, type Entry, entryOf, parseEntry } from './entry.ts';
import { type Place, readLedger, writeLedger } from './ledger.ts';

/** A folder that holds one file per report until the collector has acknowledged it. */
export type Spool = Place;

/** A year of quarter-hourly reports would serve nobody; ten days of them may. */
export const SPOOL_LIMITS: Limits = { files: 1000, bytes: 64 * 1024 * 1024 };

/** Enough to see what went wrong, and no more. */
export const ASIDE_LIMITS: Limits = { files: 100, bytes: 16 * 1024 * 1024 };

/** The spool, made when missing, without what a crash left half-written. */
export async function openSpool({ folder, files }: Place): Promise<Spool> {
  const spool = { folder, files };
  await makeFolder(files, join(folder, ASIDE));
  for (const name of await guarded('reading', folder, () => files.readdir(folder))) {
    const path = join(folder, name);
    if (name.endsWith(PARTIAL)) await guarded('removing', path, () => files.unlink(path));
    else if (parseEntry(name) === null && name.endsWith('.json')) {
      await setAside(spool, name).catch(unlessDisk);
    }
  }
  return spool;
}

/** A stranger that a full disk keeps where it is stands in nobody's way until the next start. */
function unlessDisk(error: unknown): void {
  if (!(error instanceof CommandError)) throw error;
}

/**
 * Puts a report on disk under the next sequence so that neither a crash nor a power cut loses it.
 * The same text twice is one entry.
 */
export async function addToSpool(spool: Spool, body: string, now: Date): Promise<Entry> {
  const { folder, files } = spool;
  const digest = digestOf(body);
  const known = (await spoolEntries(spool)).find((entry) => entry.digest === digest);
  if (known !== undefined) {
    // a crash may have come between its rename and the sync that makes it last
    await guarded('writing', folder, () => syncFolder(files, folder));
    return known;
  }
  const entry = entryOf(await nextSequence(spool, now), digest);
  await writeDurably(files, join(folder, entry.name), body);
  return entry;
}

/** A sequence that no report of the node had before; it is used up even if nothing comes of it. */
export async function nextSequence(spool: Spool, now: Date): Promise<number> {
  const next = await freeSequence(spool, now);
  await writeLedger(spool, { sequence: next });
  return next;
}

/** The sequence that would be next, not taken yet. */
export async function freeSequence(spool: Spool, now: Date): Promise<number> {
  const { sequence } = await readLedger(spool);
  const newest = (await spoolEntries(spool)).at(-1)?.sequence ?? 0;
  // the clock is a floor: a node set back to an older state does not begin with used numbers
  const floor = Math.floor(now.getTime() / 1000);
  return Math.max(sequence + 1, newest + 1, floor);
}

/** The entries, oldest first. */
export async function spoolEntries({ folder, files }: Spool): Promise<Entry[]> {
  const names = await guarded('reading', folder, () => files.readdir(folder));
  return names.sort().flatMap((name) => parseEntry(name) ?? []);
}

/** The text of an entry; null when the file is damaged: it is not what its name says. */
export async function readEntry({ folder, files }: Spool, entry: Entry): Promise<string | null> {
  const path = join(folder, entry.name);
  const bytes = await guarded('reading', path, () => files.readFile(path));
  return digestOf(bytes) === entry.digest ? bytes.toString('utf8') : null;
}

/** Removes an entry that was acknowledged. One that a power cut brings back is delivered again. */
export async function removeEntry({ folder, files }: Spool, entry: Entry): Promise<void> {
  const path = join(folder, entry.name);
  await guarded('removing', path, () => files.unlink(path));
}

/** Moves a file that can never be delivered out of the others' way, and counts it. */
export async function setAside(spool: Spool, name: string): Promise<void> {
  const { folder, files } = spool;
  const { aside } = await readLedger(spool);
  // counted first: a crash in between counts it twice, and never not at all
  await writeLedger(spool, { aside: aside + 1 });
  const path = join(folder, name);
  await guarded('setting aside', path, () => files.rename(path, join(folder, ASIDE, name)));
  await bound(files, join(folder, ASIDE), { limits: ASIDE_LIMITS });
}

/** Drops the oldest entries above the limits and counts them; the newest is always kept. */
export async function boundSpool(spool: Spool, limits: Limits = SPOOL_LIMITS): Promise<number> {
  return bound(spool.files, spool.folder, {
    limits,
    counts: (name) => parseEntry(name) !== null,
    async before(surplus) {
      const { dropped } = await readLedger(spool);
      await writeLedger(spool, { dropped: dropped + surplus });
    },
  });
}

/**
 * Gives all entries higher sequences in the same order, the first one above `lastSequence`: the
 * collector has seen reports that this spool does not know of.
 */
export async function renumber(spool: Spool, lastSequence: number): Promise<void> {
  const { folder, files } = spool;
  const entries = await spoolEntries(spool);
  const [first] = entries;
  if (first === undefined || first.sequence > lastSequence) return;
  const shift = lastSequence + 1 - first.sequence;
  const { sequence } = await readLedger(spool);
  await writeLedger(spool, { sequence: sequence + shift });
  // from the last, each one for good: a crash on the way leaves the order as it was
  for (const entry of entries.reverse()) {
    const next = entryOf(entry.sequence + shift, entry.digest);
    const path = join(folder, entry.name);
    await guarded('renaming', path, async () => {
      await files.rename(path, join(folder, next.name));
      await syncFolder(files, folder);
    });
  }
}

const ASIDE = 'aside';
