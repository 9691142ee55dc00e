import { lstat, readlink } from 'node:fs/promises';
import { posix } from 'node:path';
import { codeOf } from './system-error.ts';

/** As many links as Linux follows before it says ELOOP. */
const MAX_LINKS = 40;

/** Where a path of the recorded host lies in the recorded folder; null when it is not recorded. */
export type Locate = (path: string) => Promise<string | null>;

/**
 * Finds paths below `root` as a process confined to it would: symbolic links, those of the folder
 * and those of `links`, are followed from `root`, so no path and no link leads out of it.
 */
export function locator(root: string, links: ReadonlyMap<string, string>): Locate {
  const holders = new Set([...links.keys()].flatMap(foldersOf));
  return async (path) => {
    let rest = parts(path);
    let here = '/';
    for (let followed = 0; ; ) {
      const [name, ...others] = rest;
      if (name === undefined) return (await kindOf(root + here)) === null ? null : root + here;
      if (name === '..') {
        [here, rest] = [posix.dirname(here), others];
        continue;
      }
      const next = posix.join(here, name);
      const kind = await kindOf(root + next);
      const target = kind === 'link' ? await readlink(root + next) : links.get(next);
      if (kind === 'other' || (target === undefined && holders.has(next))) {
        [here, rest] = [next, others];
        continue;
      }
      if (target === undefined) return null;
      if (++followed > MAX_LINKS) return null;
      if (target.startsWith('/')) here = '/';
      rest = [...parts(target), ...others];
    }
  };
}

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** The folders that must be there for a link to lie in them, though no file tells of them. */
function foldersOf(path: string): string[] {
  const names = parts(path).slice(0, -1);
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`);
}

/** What lies at a path of this machine; null when nothing does. */
async function kindOf(path: string): Promise<'link' | 'other' | null> {
  try {
    return (await lstat(path)).isSymbolicLink() ? 'link' : 'other';
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return null;
    throw error;
  }
}
