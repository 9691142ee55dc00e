import { posix } from 'node:path';
import { globMatches } from '../../shared/glob.ts';
import { type Host, ParseError } from '../host/host.ts';
import { listOrNone, readOrNull } from '../listing.ts';
import { quote } from '../parse.ts';
import type { Dialect } from './ifupdown.ts';
import { type InterfacesFile, parseInterfaces, type Source } from './interfaces-file.ts';

export const INTERFACES = '/etc/network/interfaces';

/** Files that source each other in a circle, or a folder gone wild, must come to an end. */
const MAX_FILES = 500;

/**
 * /etc/network/interfaces and all files that it sources, these at the place where they are named
 * last; none when there is no such file.
 */
export async function readInterfacesFiles(
  host: Host,
  dialect: Dialect = 'ifupdown',
): Promise<InterfacesFile[]> {
  const files: InterfacesFile[] = [];
  const waiting = [INTERFACES];
  const seen = new Set<string>();
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    if (seen.size > MAX_FILES) throw new ParseError(`${INTERFACES}: sources too many files`);
    const text = await readOrNull(host, path);
    if (text === null) continue;
    const file = parseInterfaces(text, path);
    files.push(file);
    // ifupdown2 knows no source-directory, and goes on without it
    const known = file.sources.filter(({ kind }) => dialect === 'ifupdown' || kind === 'source');
    for (const source of known) {
      waiting.push(...(await filesOf(host, source, posix.dirname(path))));
    }
  }
  return files;
}

/** Of a folder that is sourced ifupdown reads no other names, so a `x.bak` there is ignored. */
const FOLDER_NAME = /^[a-zA-Z0-9_-]+$/;

async function filesOf(host: Host, { kind, pattern }: Source, base: string): Promise<string[]> {
  const path = posix.resolve(base, pattern);
  if (kind === 'source-directory') {
    if (isPattern(path)) throw notUnderstood(pattern);
    const names = await listOrNone(host, path);
    return names.filter((name) => FOLDER_NAME.test(name)).map((name) => posix.join(path, name));
  }
  if (!isPattern(path)) return [path];
  const [folder, last] = [posix.dirname(path), posix.basename(path)];
  if (isPattern(folder) || /[[\]{}$`~]/.test(last)) throw notUnderstood(pattern);
  const names = await listOrNone(host, folder);
  return names
    .filter((name) => globMatches(last, name) && (last.startsWith('.') || !name.startsWith('.')))
    .map((name) => posix.join(folder, name));
}

function isPattern(path: string): boolean {
  return /[*?[\]{}$`~]/.test(path);
}

function notUnderstood(pattern: string): ParseError {
  return new ParseError(`${INTERFACES}: the pattern ${quote(pattern)} is not understood`);
}
