import { join } from 'node:path';
import { guarded } from '../state/durable.ts';
import type { StateFiles } from '../state/files.ts';

/** What a folder may hold. */
export interface Limits {
  files: number;
  bytes: number;
}

interface Bounding {
  limits: Limits;
  /** which files are meant; all when left out */
  counts?(name: string): boolean;
  /** told how many will go, before they do */
  before?(surplus: number): Promise<void>;
}

/** Removes the files that sort first until the rest keeps the limits; the last one always stays. */
export async function bound(
  files: StateFiles,
  folder: string,
  { limits, counts = () => true, before }: Bounding,
): Promise<number> {
  const found = await guarded('reading', folder, () => files.readdir(folder));
  const names = found.filter(counts).sort();
  const surplus = names.slice(0, names.length - (await kept(files, folder, { names, limits })));
  if (surplus.length === 0) return 0;
  await before?.(surplus.length);
  for (const name of surplus) {
    const path = join(folder, name);
    await guarded('removing', path, () => files.unlink(path));
  }
  return surplus.length;
}

/** How many of the last names keep the limits. */
async function kept(
  files: StateFiles,
  folder: string,
  { names, limits }: { names: string[]; limits: Limits },
): Promise<number> {
  let bytes = 0;
  let count = 0;
  for (const name of [...names].reverse()) {
    const path = join(folder, name);
    bytes += (await guarded('reading', path, () => files.stat(path))).sizeBytes;
    if (count > 0 && (count >= limits.files || bytes > limits.bytes)) break;
    count += 1;
  }
  return count;
}
